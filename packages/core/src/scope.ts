import type { DrawStreams } from './draw.ts'
import type { Timeline } from './timeline.ts'

/**
 * The take that the code now running belongs to. Carried by one AsyncLocalStorage ({@link scopes}); code outside any
 * scope belongs to the take `main`.
 */
export interface Scope {
  /** Number of the take within this session; 0 is `main`. */
  readonly take: number
  /**
   * `true` while infrastructure (a pool, a client's internals, our own code) runs on behalf of the take: its calls still
   * belong to the take, its draws and timers do not.
   */
  readonly muted: boolean
  /** The draws of this take. */
  readonly draws: DrawStreams
  /** The order of completions of this take. */
  readonly timeline: Timeline
  /** The same take, muted. `scope.asMuted.asMuted === scope.asMuted`. */
  readonly asMuted: Scope
  /** The same take, not muted: for code of the app that infrastructure calls. A take that nobody keeps stays muted. */
  readonly asHeard: Scope
}
