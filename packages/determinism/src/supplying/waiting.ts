import type { DeliveryToken, RecordedOrder } from './recorded-order.ts'

/** Something that is ready, and waits for its turn. */
export interface Waiting {
  /** Place of its delivery in the log; `undefined` when it was not recorded. */
  readonly place: number | undefined
  /**
   * ms since the take began: when it is due if it was not recorded (a timer). `Infinity`: after everything in the log.
   * `undefined`: at once.
   */
  readonly due: number | undefined
  /** Whether the process must not end before it. */
  holds: boolean
  /** What it is, for people: in words, or the token to name. */
  readonly what: string | DeliveryToken
  readonly run: () => void
}

/** Keeps a list in the order of what is due, and then of age. */
export function insertByDue(list: Waiting[], waiting: Waiting): void {
  let index = list.length
  while (index > 0 && list[index - 1]!.due! > waiting.due!) index--
  list.splice(index, 0, waiting)
}

/** @returns Whether it was in the list. */
export function drop(list: Waiting[], waiting: Waiting): boolean {
  const index = list.indexOf(waiting)
  if (index < 0) return false
  list.splice(index, 1)
  return true
}

/** What waits, in words. */
export function described({ what }: Waiting, order: RecordedOrder): string {
  return typeof what === 'string' ? what : order.describeToken(what)
}
