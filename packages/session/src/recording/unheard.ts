import type { Scope } from '@retake/core'
import { nativeDraws, nativeTimeline } from '../native-streams.ts'
import type { Session } from '../session.ts'
import { TakeScope } from '../take-scope.ts'

/** Number of the take that nobody keeps. */
const unheardTake = -1

/**
 * The scope of requests of which no take is made. They need one: without a scope their calls would count as the process's
 * own. What they send is still heard, since their connections are shared with others, and then forgotten.
 */
export function unheardScope(session: Session): Scope {
  return new TakeScope(session, unheardTake, nativeDraws, nativeTimeline, true)
}
