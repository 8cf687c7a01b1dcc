/**
 * Where observed draws and deliveries are written, in the order in which they happen. On the app's hot path: every method
 * copies and returns, and none of them throws. Kinds are given as their numbers, `drawKinds.indexOf(kind)`.
 */
export interface DrawLog {
  number(take: number, kind: number, value: number): void
  /**
   * The last number of this kind in this take was drawn more often than once. It may come late, after other entries: it
   * says nothing about where the log stands now.
   * @param times How many times more.
   */
  again(take: number, kind: number, times: number): void
  bigint(take: number, kind: number, value: bigint): void
  text(take: number, kind: number, value: string): void
  bytes(take: number, kind: number, value: Uint8Array): void
  timerFired(take: number, ordinal: number, part: number): void
  jobDelivered(take: number, ordinal: number): void
  /** A number that changes with every delivery of any kind to any take: runs of a clock never span one. */
  position(): number
}
