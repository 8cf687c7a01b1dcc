import { type DrawStreams, type Scope, type Timeline } from '@retake/core'
import type { Session } from '../session.ts'
import { TakeScope } from '../take-scope.ts'

/** Number of the take that nobody keeps. */
const unheardTake = -1

const nativeDraws: DrawStreams = {
  number: (_kind, native) => native(),
  bigint: (_kind, native) => native(),
  text: (_kind, native) => native(),
  bytes: (_kind, _size, native) => native(),
}

const nativeTimeline: Timeline = {
  timer: () => undefined,
  observe: () => () => undefined,
  job: () => (run) => run(),
}

/**
 * The scope of requests of which no take is made. They need one: without a scope their calls would count as the process's
 * own. What they send is still heard, since their connections are shared with others, and then forgotten.
 */
export function unheardScope(session: Session): Scope {
  return new TakeScope(session, unheardTake, nativeDraws, nativeTimeline, true)
}
