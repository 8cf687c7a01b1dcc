/**
 * Attaches values to somebody else's objects without anybody seeing it: private fields of a class whose base constructor
 * returns the object. No own property, no symbol, nothing for `Object.keys`, `util.inspect` or a spread, and the garbage
 * goes with the object. Measured on an object of seven fields: 1–4 ns to set and read, a symbol property the same, a
 * WeakMap 25–30 ns.
 *
 * A stamp that every request or query bears is a class of its own, written out where it is used: V8 keeps what it learned
 * about a field with the code that reads and sets it, so one code for several kinds finds none of them again, and each use
 * takes up to 1 µs.
 */
export const Stamped = class {
  constructor(object: object) {
    // oxlint-disable-next-line no-constructor-return -- what makes the derived class's private fields land on `object`.
    return object
  }
} as new (object: object) => object

/** A kind of stamp that few objects bear. */
export interface Stamp<T> {
  /** @returns The value, or `undefined` when the object bears none. */
  get(object: object): T | undefined
  set(object: object, value: T): void
}

/** Makes a stamp; each has its own values. */
export function createStamp<T>(): Stamp<T> {
  return class RareStamp extends Stamped {
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
      else new RareStamp(object, value)
    }
  }
}
