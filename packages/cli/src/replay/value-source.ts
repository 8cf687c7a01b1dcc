import type { Verdict } from '@retake/comparison'
import type { Interaction, Outcome } from '@retake/core'

/** Shorter values are equal to something by chance. */
const shortest = 3
const longest = 200
/** Differences for which the calls are searched; a person reads no more. */
const mostSearched = 10
const mostBytes = 4 * 1024 * 1024

/**
 * Says for each difference which recorded call the recorded value came from, where the answer of exactly one call has it:
 * that is where to look first.
 */
export function withSources(verdict: Verdict, interactions: readonly Interaction[]): Verdict {
  if (verdict.pass || interactions.length === 0) return verdict
  const answers = answersOf(interactions)
  return {
    ...verdict,
    differences: verdict.differences.map((difference, index) => {
      const value = index < mostSearched ? plainValue(difference.recorded) : undefined
      const source = value === undefined ? undefined : onlyLabel(answers, value)
      return source === undefined ? difference : { ...difference, source }
    }),
  }
}

interface CallAnswer {
  readonly label: string
  readonly bytes: Buffer
}

function answersOf(interactions: readonly Interaction[]): readonly CallAnswer[] {
  let left = mostBytes
  return interactions.flatMap(({ call, outcome }) => {
    const bytes = bytesOf(outcome)
    left -= bytes.length
    return left < 0 || bytes.length === 0 ? [] : [{ label: call.label, bytes }]
  })
}

function bytesOf(outcome: Outcome): Buffer {
  if (outcome.kind === 'stream') return Buffer.concat(outcome.chunks.map(({ bytes }) => bytes))
  return outcome.kind === 'value' ? Buffer.from(JSON.stringify(outcome.value) ?? '') : Buffer.alloc(0)
}

/** A text without its quotes, or a number; nothing for what has members, `true`, and short texts. */
function plainValue(recorded: string | undefined): string | undefined {
  if (recorded === undefined || recorded.length > longest || /^[[{]/.test(recorded)) return undefined
  const value = /^".*"$/s.test(recorded) ? recorded.slice(1, -1) : recorded
  return value.length < shortest || /^(?:true|false|null)$/.test(value) ? undefined : value
}

function onlyLabel(answers: readonly CallAnswer[], value: string): string | undefined {
  const having = answers.filter(({ bytes }) => bytes.includes(value))
  return having.length === 1 ? having[0]?.label : undefined
}
