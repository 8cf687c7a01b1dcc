import type { DrawStreams, Scope, Timeline } from '@retake/core'

/** Draws of libraries whose ids are drawn: what they asked for natively. */
const draws: DrawStreams = {
  number: (_kind, native) => native(),
  bigint: (_kind, native) => native(),
  text: (_kind, native) => native(),
  bytes: (_kind, _size, native) => native(),
}

/** A scope with a number and nothing behind it. */
export function fixtureScope(take: number): Scope {
  const timeline = {} as Timeline
  const heard = { take, muted: false, draws, timeline } as { -readonly [key in keyof Scope]: Scope[key] }
  const muted = { ...heard, muted: true, asHeard: heard }
  muted.asMuted = muted
  return Object.assign(heard, { asMuted: muted, asHeard: heard })
}
