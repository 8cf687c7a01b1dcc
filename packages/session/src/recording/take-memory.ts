import type { TakeAssembly } from './take-assembly.ts'

/** What takes hold in the worker while they are put together, and what happens when it is too much. */
export interface TakeMemory {
  /** Bytes of bodies that are held now. */
  held: number
  /** Beyond this no more is held. */
  readonly limit: number
  /** A take that needs more than there is: it is dropped as a whole. */
  overflowed(take: TakeAssembly): void
}

/** Least room for takes in the worker, in bytes: a ring may be much smaller than one take. */
const leastRoom = 64 * 1024 * 1024

/** @param ring Bytes of the ring. What is on its way may be held twice over while it is put together. */
export function roomForTakes(ring: number): number {
  return Math.max(leastRoom, 2 * ring)
}
