import { shared } from './shared-state.ts'

/**
 * Whether we have changed flags of V8 in this process. Code that V8 compiles from then on is of no use to processes with
 * other flags, and the other way round: nothing of it is to be kept.
 */
export function changedFlags(): { are: boolean } {
  return shared('changed-flags', () => ({ are: false }))
}
