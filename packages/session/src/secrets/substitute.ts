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

function substituteMembers(members: readonly FieldValue[], substitution: Substitution, depth: number): readonly FieldValue[] {
  let replaced: FieldValue[] | undefined
  for (let at = 0; at < members.length; at++) {
    const before = members[at] as FieldValue
    const after = substituteData(before, substitution, depth + 1)
    if (replaced !== undefined) replaced.push(after)
    else if (!Object.is(after, before)) replaced = [...members.slice(0, at), after]
  }
  return replaced ?? members
}

/** Replaces drawn values in data of any shape: texts, bytes, numbers, names of members. */
export function substituteData<Data>(data: Data, substitution: Substitution, depth = 0): Data {
  if (depth === 0 && substitution.isIdle) return data
  if (typeof data === 'string') return substitution.text(data) as Data
  if (typeof data === 'number') return substitution.number(data) as Data
  if (typeof data !== 'object' || data === null || depth > deepest) return data
  if (data instanceof Uint8Array) return substitution.bytes(data) as Data
  if (Array.isArray(data)) return substituteMembers(data as readonly FieldValue[], substitution, depth) as Data
  const members = data as { readonly [name: string]: unknown }
  const names = Object.keys(members)
  // Hardly anything is ever replaced: nothing is made before that.
  for (let at = 0; at < names.length; at++) {
    const name = names[at] as string
    if (substitution.text(name) === name && Object.is(substituteData(members[name], substitution, depth + 1), members[name])) continue
    return Object.fromEntries(
      names.map((each) => [substitution.text(each), substituteData(members[each], substitution, depth + 1)]),
    ) as Data
  }
  return data
}
