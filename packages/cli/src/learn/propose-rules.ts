import type { Difference } from '@retake/comparison'
import type { Drift } from './drift.ts'
import { any, inAnyItem, placeAt, placesIn, placesText, type Places } from './places.ts'
import { routeOf } from './route.ts'
import { formOf } from './value-form.ts'

/** A rule for the configuration, with what speaks for it. */
export interface ProposedRule {
  /** The takes that it is for: `GET /orders/:id`. */
  readonly take: string
  readonly kind: 'noise' | 'unordered' | 'patterns'
  readonly path: string
  /** Of `patterns`. */
  readonly pattern?: string
  /** The values of the two replays at one such place. */
  readonly first: string | undefined
  readonly second: string | undefined
}

/** A drift that no narrow rule can name. */
export interface Unlearnable {
  readonly take: string
  readonly path: string
  readonly reason: string
}

export interface Proposals {
  readonly rules: readonly ProposedRule[]
  readonly unlearnable: readonly Unlearnable[]
}

/**
 * The narrowest rules under which two replays of the same code are equal. A rule names a place, and only where everything
 * that it would match drifts does it name several: any item of an array, any take of a route.
 */
export function proposeRules(drifts: readonly Drift[]): Proposals {
  const unlearnable: Unlearnable[] = []
  const found: FoundRule[] = []
  for (const drift of drifts) {
    const take = `${drift.method} ${drift.path}`
    for (const difference of drift.differences) {
      const reason = whyNot(difference)
      if (reason === undefined) found.push({ drift, ...ruleFor(difference, drift) })
      else unlearnable.push({ take, path: difference.path, reason })
    }
  }
  return { rules: joined(found, drifts), unlearnable }
}

interface FoundRule extends Omit<ProposedRule, 'take'> {
  readonly drift: Drift
}

function ruleFor({ path, class: what, recorded: first, replayed: second }: Difference, drift: Drift): Omit<ProposedRule, 'take'> {
  const where = widest(path, drift)
  if (what === 'order') return { kind: 'unordered', path: where, first, second }
  const values = [first, second, drift.recorded.get(path) ?? first]
  const pattern = formOf(values.map((value) => (path.startsWith('body') ? (value ?? '') : JSON.stringify(value ?? ''))))
  return pattern === undefined ? { kind: 'noise', path: where, first, second } : { kind: 'patterns', path: where, pattern, first, second }
}

/** The same place in any item, where every item drifts there; otherwise this place alone. */
function widest(path: string, { body, differences }: Drift): string {
  const place = placeAt(path)
  const open: Places | undefined = place && inAnyItem(place)
  if (open === undefined || body === undefined || !open.includes(any)) return path
  const drifting = new Set(differences.map((difference) => difference.path))
  const matched = placesIn(body, open)
  return matched.length > 1 && matched.every((each) => drifting.has(each)) ? placesText(open) : path
}

function whyNot({ path, class: what, recorded }: Difference): string | undefined {
  if (path === 'status') return 'the status is always compared'
  if (path === 'body') return 'the body is no JSON: a rule for all of it would hide everything'
  if (path === 'headers.set-cookie') return 'a rule for it would hide the attributes of the cookie, too'
  if (['headers.content-type', 'headers.content-encoding', 'headers.location'].includes(path)) return 'that header says what the answer is'
  if (what === 'order') return undefined
  if (what !== 'value') return `${reasons[what] ?? 'that'} is no drift of a value; find out what it depends on`
  if (/^[[{]/.test(recorded ?? '')) return 'a whole object or array differs; find out what it depends on'
  return placeAt(path) === undefined ? 'no rule can name that place' : undefined
}

const reasons: { readonly [what in Difference['class']]?: string } = {
  length: 'an array of another length in each run',
  missing: 'a member that is there in one run only',
  added: 'a member that is there in one run only',
  type: 'another type in each run',
}

/** One rule for takes of a route, where all of them drift there; otherwise one for each path. */
function joined(found: readonly FoundRule[], drifts: readonly Drift[]): ProposedRule[] {
  const rules = new Map<string, ProposedRule>()
  for (const { drift, ...rule } of found) {
    const same = found.filter((other) => other.kind === rule.kind && other.path === rule.path && other.pattern === rule.pattern)
    const take = takeFor(
      drift,
      same.map((other) => other.drift),
      drifts,
    )
    const key = JSON.stringify([take, rule.kind, rule.path])
    const known = rules.get(key)
    if (known === undefined) rules.set(key, { take, ...rule })
    // Two forms at one place: then none is shared.
    else if (known.pattern !== rule.pattern) rules.set(key, { ...withoutPattern(known), kind: 'noise' })
  }
  return [...new Map([...rules.values()].map((rule) => [JSON.stringify([rule.take, rule.kind, rule.path]), rule])).values()]
}

function withoutPattern({ take, path, first, second }: ProposedRule): Omit<ProposedRule, 'kind'> {
  return { take, path, first, second }
}

function takeFor(drift: Drift, drifting: readonly Drift[], drifts: readonly Drift[]): string {
  const route = routeOf(drift.path)
  const ofRoute = drifts.filter((other) => other.method === drift.method && routeOf(other.path) === route)
  const paths = new Set(ofRoute.map((other) => other.path))
  const isRoute = paths.size > 1 && ofRoute.every((other) => drifting.includes(other))
  return `${drift.method} ${isRoute ? route : drift.path}`
}
