import type { Creation, RecordedOrder } from './recorded-order.ts'
import type { Standing } from './supplied-draws.ts'

/**
 * Tells which recorded timer (or job) one that is set now is: the next of the same shape that was set at this place, else
 * the first unclaimed one of that shape in the take.
 */
export class Creations {
  readonly #all: readonly Creation[]
  readonly #order: RecordedOrder
  readonly #standing: Standing
  readonly #byShape = new Map<number | string, { readonly creations: Creation[]; cursor: number }>()

  constructor(all: readonly Creation[], order: RecordedOrder, standing: Standing) {
    this.#all = all
    this.#order = order
    this.#standing = standing
    for (const creation of all) {
      const shape = comparable(creation.shape)
      const list = this.#byShape.get(shape)
      if (list === undefined) this.#byShape.set(shape, { creations: [creation], cursor: 0 })
      else list.creations.push(creation)
    }
  }

  /** @returns The recorded one; `undefined` when nothing of the shape is left. */
  claim(shape: number | string): Creation | undefined {
    const list = this.#byShape.get(comparable(shape))
    if (list === undefined) return undefined
    while (list.creations[list.cursor]?.claimed === true) list.cursor++
    const { first, last } = this.#order.places[this.#standing.place]!
    let found: Creation | undefined
    for (let index = list.cursor; index < list.creations.length; index++) {
      const creation = list.creations[index]!
      if (creation.claimed) continue
      found ??= creation
      if (creation.place > last) break
      if (creation.place >= first) {
        found = creation
        break
      }
    }
    if (found !== undefined) found.claimed = true
    return found
  }

  /** The recorded one with this ordinal. */
  get(ordinal: number): Creation | undefined {
    return this.#all[ordinal]
  }
}

/**
 * A delay that was computed may differ in its last digits from one release of V8 to another: `Math.tanh`, `Math.pow` and their like are
 * approximations (ECMA-262, section 21.3.2), and jittered back-off is made of them.
 */
function comparable(shape: number | string): number | string {
  return typeof shape === 'string' || Number.isInteger(shape) ? shape : Number(shape.toPrecision(10))
}
