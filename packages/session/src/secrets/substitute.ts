import type { Chunk, FieldRedactor, FieldValue, Interaction, Outcome, Trigger } from '@retake/core'
import type { Substitution } from '@retake/redaction'

/** A redactor that also replaces drawn values in bodies, which only it sees as they were before they were compressed. */
export function withSubstitution<Redact extends FieldRedactor>(redactor: Redact, substitution: Substitution): FieldRedactor {
  return {
    tells: (name, place) => redactor.tells(name, place),
    named: (name, value, place) => redactor.named(name, value, place),
    text: (text) => redactor.text(text),
    body: (bytes, mediaType) => substitution.bytes(redactor.body(bytes, mediaType)),
  }
}

/** Replaces drawn values in everything that an interaction says. The same instance when there are none. */
export function substituteInteraction(interaction: Interaction, substitution: Substitution): Interaction {
  const call = substituteData(interaction.call, substitution)
  const outcome = substituteOutcome(interaction.outcome, substitution)
  return call === interaction.call && outcome === interaction.outcome ? interaction : { ...interaction, call, outcome }
}

/** Replaces drawn values in a request and its response. */
export function substituteTrigger(trigger: Trigger, substitution: Substitution): Trigger {
  return substituteData(trigger, substitution)
}

function substituteOutcome(outcome: Outcome, substitution: Substitution): Outcome {
  if (outcome.kind !== 'stream') return substituteData(outcome, substitution)
  const { chunks, ...rest } = outcome
  const others = substituteData(rest, substitution)
  const replaced = substituteChunks(chunks, substitution)
  return others === rest && replaced === chunks ? outcome : { ...others, chunks: replaced }
}

/** A value may begin in one chunk and end in the next. */
function substituteChunks(chunks: readonly Chunk[], substitution: Substitution): readonly Chunk[] {
  if (chunks.length === 0) return chunks
  const whole = chunks.length === 1 ? (chunks[0] as Chunk).bytes : Buffer.concat(chunks.map(({ bytes }) => bytes))
  const replaced = substitution.bytes(whole)
  if (replaced === whole) return chunks
  let at = 0
  return chunks.map((chunk) => ({ ...chunk, bytes: replaced.slice(at, (at += chunk.bytes.length)) }))
}

/** Deeper than this no data of a call is. */
const deepest = 1000

/** Replaces drawn values in data of any shape: texts, bytes, numbers, names of members. */
export function substituteData<Data>(data: Data, substitution: Substitution, depth = 0): Data {
  if (typeof data === 'string') return substitution.text(data) as Data
  if (typeof data === 'number') return substitution.number(data) as Data
  if (typeof data !== 'object' || data === null || depth > deepest) return data
  if (data instanceof Uint8Array) return substitution.bytes(data) as Data
  if (Array.isArray(data)) {
    const members = data as readonly FieldValue[]
    const replaced = members.map((member) => substituteData(member, substitution, depth + 1))
    return replaced.every((member, at) => Object.is(member, members[at])) ? data : (replaced as Data)
  }
  const entries = Object.entries(data)
  const replaced = entries.map(
    ([name, member]) => [substitution.text(name), substituteData<unknown>(member, substitution, depth + 1)] as const,
  )
  if (replaced.every(([name, member], at) => name === entries[at]?.[0] && Object.is(member, entries[at][1]))) return data
  return Object.fromEntries(replaced) as Data
}
