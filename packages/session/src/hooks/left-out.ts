import type { Interaction, Segment } from '@retake/core'

/**
 * The order of a take without what was delivered for interactions that are left out: nobody shall wait for it. What was drawn after such a
 * delivery was drawn after the one before.
 */
export function withoutDeliveries(
  segments: readonly Segment[],
  all: readonly Interaction[],
  kept: readonly Interaction[],
): readonly Segment[] {
  if (kept.length === all.length) return segments
  const left = new Set(all.map(({ id }) => id))
  for (const { id } of kept) left.delete(id)
  const result: Segment[] = []
  for (const segment of segments) {
    const { token, draws } = segment
    if (token?.kind !== 'call' || !left.has(token.id)) result.push(segment)
    else if (draws.length > 0) result.push({ token: result.at(-1)?.token, draws })
  }
  return result
}
