import type { DrawStreams, Scope, Timeline } from '@retake/core'

/** A scope with a number and nothing behind it. */
export function fixtureScope(take: number): Scope {
  const draws = {} as DrawStreams
  const timeline = {} as Timeline
  const asMuted: { -readonly [key in keyof Scope]: Scope[key] } = { take, muted: true, draws, timeline, asMuted: undefined as never }
  asMuted.asMuted = asMuted
  return { take, muted: false, draws, timeline, asMuted }
}
