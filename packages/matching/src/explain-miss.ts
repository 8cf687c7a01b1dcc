import { type Call, RetakeError } from '@retake/core'
import { keyOf } from './call-forms.ts'
import { ordinalText, streamText } from './draw-shift.ts'
import type { FieldDifference } from './field-difference.ts'
import { isAbandoned } from './find-answer.ts'
import type { MissContext, MissExplanation, MissSituation, NearMiss } from './miss-explanation.ts'
import { nextSteps } from './miss-steps.ts'
import { missText } from './miss-text.ts'
import { type MissCandidates, type NearCall, nearestCalls } from './nearest-calls.ts'
import type { RecordedCalls } from './recorded-calls.ts'

const mostTakes = 50
const mostCalls = 2000

/**
 * Says why nothing answers a call: the nearest recorded calls, how far each got, what excluded it, and what to do.
 * @param searched What was searched, and what else may be shown.
 */
export function explainMiss(call: Call, searched: MissCandidates, context: MissContext): MissExplanation {
  const candidates = { ...searched, others: [...firstOf(searched.others ?? [])] }
  const near = nearestCalls(call, candidates)
  const nearest = near.map((one) => nearMiss(one, context))
  const facts = {
    situation: situationOf(call, candidates, nearest),
    call: { protocol: call.protocol, target: call.target, label: call.label, effect: call.effect },
    take: candidates.own.take.id,
    mode: context.mode,
    cassette: context.cassette,
    nearest,
    usedUp: candidates.own.withKey(keyOf(call, candidates.own.forms)).length,
    recordedTargets: targetsIn(candidates),
  }
  const steps = nextSteps(facts, context)
  return { ...facts, steps, message: missText({ ...facts, steps }, context) }
}

/** The error that a missed call fails with. */
export function missError(explanation: MissExplanation): RetakeError {
  const { message, ...details } = explanation
  return new RetakeError('RETAKE_MISS', message, { details, remedy: 'The steps above say what to do.' })
}

function nearMiss({ where, calls, interaction, used, comparison }: NearCall, { policy }: MissContext): NearMiss {
  const isEqual = comparison.differences.length === 0
  return {
    take: calls.take.id,
    interaction: interaction.id,
    label: interaction.call.label,
    where,
    used,
    abandoned: isAbandoned(interaction),
    same: comparison.same,
    differences: comparison.differences,
    more: comparison.more,
    draws: comparison.differences.flatMap((difference) => drawLine(difference, calls)),
    excluded: !isEqual ? 'differs' : where === 'own' ? 'used up' : policy?.strict === true ? 'not lent' : 'lent already',
  }
}

/** Two draws that changed places look like any other two values: the ordinals tell. */
function drawLine({ path, recorded, asked }: FieldDifference, calls: RecordedCalls): string[] {
  const before = recorded === undefined ? undefined : calls.drawOf(recorded)
  if (before === undefined) return []
  const now = asked === undefined ? undefined : calls.drawOf(asked)
  return [`${path} was ${drawText(before)}${now === undefined ? '' : `, now it is ${drawText(now)}`}`]
}

function drawText(name: string): string {
  const mark = name.lastIndexOf('#')
  return `the ${ordinalText(Number(name.slice(mark + 1)))} ${streamText(name.slice(0, mark))} drawn`
}

function situationOf(call: Call, candidates: MissCandidates, nearest: readonly NearMiss[]): MissSituation {
  const [first] = nearest
  if (first?.excluded === 'used up') return 'used up'
  const hasTarget = [...callsOf(candidates)].some((recorded) => isSameTarget(recorded, call))
  if (!hasTarget) return 'target never recorded'
  if (first === undefined) return 'nothing near'
  return first.where === 'own' ? 'differs' : first.where === 'main' ? 'in main' : 'in another take'
}

function isSameTarget(recorded: Call, asked: Call): boolean {
  return recorded.protocol === asked.protocol && recorded.target === asked.target
}

function targetsIn(candidates: MissCandidates): MissExplanation['recordedTargets'] {
  const counts = new Map<string, { protocol: string; target: string; calls: number }>()
  for (const { protocol, target } of callsOf(candidates)) {
    const name = `${protocol} ${target}`
    const count = counts.get(name)
    if (count === undefined) counts.set(name, { protocol, target, calls: 1 })
    else count.calls++
  }
  return [...counts.values()].sort((a, b) => b.calls - a.calls || (a.target < b.target ? -1 : 1)).slice(0, 5)
}

/** Each of these takes is read from the cassette; a run may have a million. */
function* firstOf(others: Iterable<RecordedCalls>): Iterable<RecordedCalls> {
  let takes = 0
  let calls = 0
  for (const other of others) {
    yield other
    calls += other.take.interactions.length
    if (++takes >= mostTakes || calls >= mostCalls) return
  }
}

function* callsOf({ own, main, others }: MissCandidates): Iterable<Call> {
  for (const calls of [own, ...(main === undefined || main === own ? [] : [main]), ...(others ?? [])]) {
    for (const { call } of calls.take.interactions) yield call
  }
}
