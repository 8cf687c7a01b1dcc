import type { Call, Interaction } from '@retake/core'
import { compareFields, type FieldComparison } from './field-difference.ts'
import type { RecordedCalls } from './recorded-calls.ts'

/** Where the nearest recorded calls are looked for. */
export interface MissCandidates {
  readonly own: RecordedCalls
  readonly main?: RecordedCalls
  /** Other takes, those most worth looking at first. Read once, and only as far as needed: some 50 takes. */
  readonly others?: Iterable<RecordedCalls>
}

/** A recorded call that came near. */
export interface NearCall {
  readonly where: 'own' | 'main' | 'other'
  readonly calls: RecordedCalls
  readonly interaction: Interaction
  readonly used: boolean
  readonly comparison: FieldComparison
}

/** A miss is rare, but it must stay cheap on a take of a hundred thousand calls. */
const mostCompared = 2000
const mostShown = 3

/**
 * The recorded calls of the same protocol that got furthest before they differed from the asked one. This ranks what is
 * shown to people; nothing is ever answered by it.
 */
export function nearestCalls(asked: Call, candidates: MissCandidates): NearCall[] {
  const near: NearCall[] = []
  let compared = 0
  for (const [where, calls] of inTurn(candidates)) {
    for (const interaction of calls.take.interactions) {
      if (interaction.call.protocol !== asked.protocol) continue
      if (compared++ === mostCompared) return best(near)
      const comparison = compareFields(interaction.call, asked, calls.forms)
      near.push({ where, calls, interaction, used: calls.isUsed(interaction), comparison })
    }
  }
  return best(near)
}

function* inTurn({ own, main, others }: MissCandidates): Iterable<readonly [NearCall['where'], RecordedCalls]> {
  yield ['own', own]
  if (main !== undefined && main !== own) yield ['main', main]
  for (const calls of others ?? []) if (calls !== own && calls !== main) yield ['other', calls]
}

function best(near: NearCall[]): NearCall[] {
  const ranked = near.map((call) => ({ call, rank: rank(call) })).sort((a, b) => compareRanks(a.rank, b.rank))
  const nearest = ranked[0]
  if (nearest === undefined || isFar(nearest.call)) return []
  // Show further ones only where they come as far as the first, so that the list has no filler.
  const tied = ranked.filter(({ rank: [reached, fields] }) => reached === nearest.rank[0] && fields === nearest.rank[1])
  return distinct(tied.map(({ call }) => call)).slice(0, mostShown)
}

/** More differs than is equal: naming such a call would send people the wrong way. */
function isFar({ comparison }: NearCall): boolean {
  return comparison.fields > comparison.same.length && likeness(comparison) < 0.4
}

/** One of several that say the same is enough. */
function distinct(near: readonly NearCall[]): NearCall[] {
  const seen = new Set<string>()
  return near.filter(({ where, interaction, used, comparison }) => {
    const says = JSON.stringify([where, interaction.call.label, used, comparison.differences.map((difference) => difference.path)])
    return !seen.has(says) && seen.add(says)
  })
}

/** Furthest first, then fewest differing fields, then the liker, then the take's own, then unused ones. */
function rank(near: NearCall): readonly number[] {
  const { comparison, where, used } = near
  return [
    -comparison.reached,
    comparison.fields,
    -likeness(comparison),
    comparison.differences.length,
    ['own', 'main', 'other'].indexOf(where),
    used ? 1 : 0,
  ]
}

/** How much of the first text that differs is common to both sides, from its beginning and from its end: 0 to 1. */
function likeness({ differences }: FieldComparison): number {
  const first = differences[0]
  if (typeof first?.recorded !== 'string' || typeof first.asked !== 'string') return 0
  const { recorded, asked } = first
  const shorter = Math.min(recorded.length, asked.length)
  let start = 0
  while (start < shorter && recorded.charCodeAt(start) === asked.charCodeAt(start)) start++
  let end = 0
  while (end < shorter - start && recorded.charCodeAt(recorded.length - 1 - end) === asked.charCodeAt(asked.length - 1 - end)) end++
  return (start + end) / Math.max(recorded.length, asked.length, 1)
}

function compareRanks(a: readonly number[], b: readonly number[]): number {
  for (const [index, value] of a.entries()) {
    const difference = value - (b[index] ?? 0)
    if (difference !== 0) return difference
  }
  return 0
}
