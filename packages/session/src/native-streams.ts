import type { DrawStreams, Timeline } from '@retake/core'

/** Draws of which nobody keeps or knows anything. */
export const nativeDraws: DrawStreams = {
  number: (_kind, native) => native(),
  bigint: (_kind, native) => native(),
  text: (_kind, native) => native(),
  bytes: (_kind, _size, native) => native(),
}

/** Everything happens natively. */
export const nativeTimeline: Timeline = {
  timer: () => undefined,
  observe: () => () => undefined,
  job: () => (run) => run(),
}
