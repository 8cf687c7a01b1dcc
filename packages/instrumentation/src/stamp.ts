/**
 * A value attached to somebody else's object without anybody seeing it: a private field, installed by returning the
 * object from the base constructor. No own property, no symbol, nothing for `Object.keys`, `util.inspect` or a spread,
 * and the garbage goes with the object. Measured on an object of seven fields: 1–4 ns to set and read, a symbol property
 * the same, a WeakMap 25–30 ns.
 */
export interface Stamp<T> {
  /** @returns The value, or `undefined` when the object bears none. */
  get(object: object): T | undefined
  set(object: object, value: T): void
}

const Returned = class {
  constructor(object: object) {
    // oxlint-disable-next-line no-constructor-return -- what makes the derived class's private field land on `object`.
    return object
  }
} as new (object: object) => object

/** Makes a stamp; each has its own values. */
export function createStamp<T>(): Stamp<T> {
  class Stamped extends Returned {
    #value: T
    constructor(object: object, value: T) {
      super(object)
      this.#value = value
    }
    static get(object: object): T | undefined {
      return #value in object ? object.#value : undefined
    }
    static set(object: object, value: T): void {
      if (#value in object) object.#value = value
      else new Stamped(object, value)
    }
  }
  return Stamped
}
