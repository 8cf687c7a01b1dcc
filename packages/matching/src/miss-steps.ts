import type { FieldValue } from '@retake/core'
import type { MissContext, MissExplanation } from './miss-explanation.ts'
import { escaped, shortened } from './printable.ts'

type MissFacts = Omit<MissExplanation, 'message' | 'steps'>

/** What to do about a miss: the most likely first, each with the command or the setting. */
export function nextSteps(facts: MissFacts, context: MissContext): string[] {
  const recordAgain = `Is the new call right? Record again${context.recordCommand === undefined ? '.' : `: ${context.recordCommand}`}`
  const show = (take: string): string => `See what was recorded: retake show ${take}`
  const [nearest] = facts.nearest
  switch (facts.situation) {
    case 'target never recorded': {
      const [moved] = nearest === undefined ? [] : facts.recordedTargets.filter(({ protocol }) => protocol === facts.call.protocol)
      return [
        recordAgain,
        ...(moved === undefined
          ? []
          : [`Has the service moved? The cassette knows it as ${shortened(escaped(moved.target), 100)}; point the app there.`]),
        'Did the app make this call when it was recorded? Then it was not heard, as that of a native driver: put seam() around it',
        `Shall it reach the real service? Set in the configuration: passthrough: ['${shortened(escaped(facts.call.target), 100)}']`,
      ]
    }
    case 'used up':
      return [
        ...(facts.call.effect === 'write'
          ? ['Look for a retry, a loop or a handler that runs twice: a write is never answered twice.']
          : [
              context.policy?.strict === true
                ? 'May it be answered again? Then run without strictness: RETAKE_STRICT=0'
                : "May it be answered again? Set in the configuration: repeats: 'last'",
            ]),
        recordAgain,
        show(facts.take),
      ]
    case 'in another take':
      return [
        `Is this request the same as that of ${nearest?.take}? Send the header x-retake-take: ${nearest?.take}`,
        recordAgain,
        show(nearest?.take ?? facts.take),
      ]
    case 'in main':
      return [
        'It was recorded outside any request, at start-up or in the background; it may have moved into this one.',
        recordAgain,
        show(nearest?.take ?? facts.take),
      ]
    case 'differs':
      return [
        recordAgain,
        ...(nearest !== undefined && hasUncontrolledValue(nearest.differences)
          ? [
              'Does the value differ from run to run by itself? It comes from a source that is not controlled: the report of the run names it',
            ]
          : []),
        ...ignoreStep(nearest),
        show(facts.take),
      ]
    case 'nothing near':
      return [recordAgain, show(facts.take)]
  }
}

/** Parts of an HTTP call that may be declared to say nothing about the answer. */
const ignorable = /^(headers|query|body)(?:\.([\w$.[\]-]+)|(\["(?:[^"\\]|\\.)*"\].*))$/

/** The setting that leaves out what differs: a header, or a part that looks like an id or a time, where that is all. */
function ignoreStep(nearest: MissExplanation['nearest'][number] | undefined): string[] {
  const [difference, ...others] = nearest?.differences ?? []
  const found = difference === undefined || others.length > 0 ? null : ignorable.exec(difference.path)
  if (difference === undefined || found === null) return []
  if (found[1] !== 'headers' && !hasUncontrolledValue([difference])) return []
  const [, part, plain, quoted] = found
  const name = shortened(escaped((plain ?? quoted ?? '').replaceAll("'", String.raw`\'`)), 60)
  const what = part === 'headers' ? 'header' : part === 'query' ? 'query parameter' : 'part of the body'
  return [`Does this ${what} say nothing about the answer? Set in the configuration: match: { ${part}: { ignore: ['${name}'] } }`]
}

/** Ids and times: what code draws, not what it decides. */
const drawnLooking =
  /^(?:[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}|[\da-f]{24,}|\d{4}-\d\d-\d\d[T ]\d\d:\d\d.*|1\d{9}|1\d{12})$/i

function hasUncontrolledValue(differences: MissExplanation['nearest'][number]['differences']): boolean {
  return differences.some(({ recorded, asked }) => isDrawnLooking(recorded) && isDrawnLooking(asked))
}

function isDrawnLooking(value: FieldValue | undefined): boolean {
  return typeof value === 'string' || typeof value === 'number' ? drawnLooking.test(String(value)) : false
}
