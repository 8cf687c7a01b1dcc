import { RetakeError } from '@retake/core'

/** In which order takes are sent. `random` is reproducible by its seed. */
export type TakeOrder = { readonly kind: 'recorded' } | { readonly kind: 'reversed' } | { readonly kind: 'random'; readonly seed: number }

/**
 * Reads `recorded`, `reversed`, `random` or `random:<seed>`.
 * @param freshSeed Seed of a plain `random`; it is shown, so that the run can be repeated.
 * @throws RetakeError `RETAKE_USAGE`.
 */
export function parseTakeOrder(text: string, freshSeed: number): TakeOrder {
  if (text === 'recorded' || text === 'reversed') return { kind: text }
  const random = /^random(?::(\d{1,9}))?$/.exec(text)
  if (random !== null) return { kind: 'random', seed: random[1] === undefined ? freshSeed : Number(random[1]) }
  throw new RetakeError('RETAKE_USAGE', `--order is ${JSON.stringify(text)}; it must be recorded, reversed, random or random:<seed>.`)
}

export function orderTakes<T>(takes: readonly T[], order: TakeOrder): T[] {
  if (order.kind === 'recorded') return [...takes]
  if (order.kind === 'reversed') return takes.toReversed()
  const shuffled = [...takes]
  let state = order.seed >>> 0
  for (let last = shuffled.length - 1; last > 0; last--) {
    // A linear congruential generator (Numerical Recipes' constants); its high bits are good enough to shuffle with.
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    const other = Math.floor((state / 2 ** 32) * (last + 1))
    const moved = shuffled[last] as T
    shuffled[last] = shuffled[other] as T
    shuffled[other] = moved
  }
  return shuffled
}
