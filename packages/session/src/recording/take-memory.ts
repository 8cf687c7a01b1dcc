import type { TakeAssembly } from './take-assembly.ts'

/** What takes hold in the worker while they are put together, and what happens when it is too much. */
export interface TakeMemory {
  /** Bytes of bodies that are held now. */
  held: number
  /** Beyond this no more is held. */
  readonly limit: number
  /**
   * A take asks for more than there is.
   * @returns Whether room was made for it: another one holds more, and was dropped in its place.
   */
  overflowed(take: TakeAssembly): boolean
}

/**
 * What gives way where there is no room: the take that holds most, so that an answer that never ends does not cost all others.
 * What is written already, and `main`, cannot be dropped: there it is the calls under way that are cut off.
 */
export function largestOf(takes: Iterable<TakeAssembly>): TakeAssembly | undefined {
  let largest: TakeAssembly | undefined
  for (const take of takes) if (!take.dropped && take.held > (largest?.held ?? 0)) largest = take
  return largest
}

/** Least room for takes in the worker, in bytes: a ring may be much smaller than one take. */
const leastRoom = 64 * 1024 * 1024

/** @param ring Bytes of the ring. What is on its way may be held twice over while it is put together. */
export function roomForTakes(ring: number): number {
  return Math.max(leastRoom, 2 * ring)
}
