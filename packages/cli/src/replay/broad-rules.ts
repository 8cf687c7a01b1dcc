import {
  compare,
  type CompareRules,
  type Difference,
  isJsonArray,
  isJsonObject,
  jsonBody,
  type JsonValue,
  type Verdict,
} from '@retake/comparison'
import type { HttpResponse } from '@retake/core'
import { placesAt, valuesAt } from '../learn/places.ts'

/** Named in the reason. */
const mostNamed = 3

/**
 * Refuses `noise` for a whole object or array of which only some values drift: the others would never be compared again. A rule
 * for all of it is right only where all of it drifts.
 */
export function refusingBroadRules(verdict: Verdict, recorded: HttpResponse, replayed: HttpResponse, rules: CompareRules): Verdict {
  const [before, now] = [jsonBody(recorded), jsonBody(replayed)]
  if (before === undefined || now === undefined) return verdict
  const wide = (rules.noise ?? []).flatMap((path) => containersAt(path, before))
  if (wide.length === 0) return verdict
  const paths = new Set(wide.map(({ rule }) => rule))
  const strict = compare(recorded, replayed, { rules: { ...rules, noise: (rules.noise ?? []).filter((path) => !paths.has(path)) } })
  const refused = wide.flatMap((container) => refusal(container, strict))
  return refused.length === 0 ? verdict : { ...verdict, pass: false, differences: [...verdict.differences, ...refused] }
}

interface Container {
  readonly rule: string
  readonly place: string
  readonly values: number
}

function containersAt(rule: string, body: JsonValue): readonly Container[] {
  const places = placesAt(rule)
  if (places === undefined || places[0] !== 'body') return []
  return valuesAt(body, places).flatMap(([place, value]) => (isContainer(value) ? [{ rule, place, values: countOf(value) }] : []))
}

function refusal({ rule, place, values }: Container, { differences }: Verdict): readonly Difference[] {
  const below = differences.filter(({ path }) => path.startsWith(`${place}.`) || path.startsWith(`${place}[`))
  if (below.length === 0 || below.length >= values) return []
  const named = below.slice(0, mostNamed).map(({ path }) => path)
  const which = `${named.join(', ')}${below.length > named.length ? ` and ${below.length - named.length} more` : ''}`
  const reason = `\`noise: ${rule}\` is broader than the drift: of ${values} values there ${which} ${below.length === 1 ? 'differs' : 'differ'}; name ${below.length === 1 ? 'it' : 'them'} instead`
  return [{ path: place, class: 'value', recorded: undefined, replayed: undefined, reason }]
}

function isContainer(value: JsonValue): boolean {
  return isJsonArray(value) || isJsonObject(value)
}

/** How many values without members there are in it. */
function countOf(root: JsonValue): number {
  let count = 0
  const pending: JsonValue[] = [root]
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (isJsonArray(next)) pending.push(...next)
    else if (isJsonObject(next)) pending.push(...next.values())
    else count++
  }
  return count
}
