import type { JsonValue } from './json-value.ts'

/** Objects of more members are kept as maps: they are maps by id, and no two have the same names. */
const mostMembers = 64
/** So many shapes are known; a message with more has no two objects alike. */
const mostShapes = 2000

/** The names that objects have, in their order: known once, however many objects there are. */
export class Shape {
  /** The last of the names; the others are its parent's. */
  readonly name: string
  readonly parent: Shape | undefined
  /** The last name stands in a text as it reads. */
  readonly isPlain: boolean
  /** The shape that came of this one by a further name the last time. */
  likely: Shape | undefined
  readonly #shapes: Shapes
  #further: Map<string, Shape> | undefined
  #places: Map<string, number> | undefined

  constructor(shapes: Shapes, parent?: Shape, name = '') {
    this.#shapes = shapes
    this.parent = parent
    this.name = name
    // oxlint-disable-next-line no-control-regex -- what JSON has to escape
    this.isPlain = !/["\\\u0000-\u001f]/.test(name)
  }

  /** @returns The shape with a name more; `undefined` when too many are known. The name must be none that it has. */
  with(name: string): Shape | undefined {
    let shape = this.#further?.get(name)
    if (shape === undefined) {
      if (this.#shapes.left === 0) return undefined
      this.#shapes.left--
      shape = new Shape(this.#shapes, this, name)
      this.#further ??= new Map()
      this.#further.set(name, shape)
    }
    return (this.likely = shape)
  }

  /** Where the values of its names stand. */
  get places(): ReadonlyMap<string, number> {
    if (this.#places !== undefined) return this.#places
    return (this.#places = new Map(
      Array.from(this.#names())
        .reverse()
        .map((name, index) => [name, index]),
    ))
  }

  /** Whether one of its names is this one; without a map, for those that are still growing. */
  has(name: string): boolean {
    for (const other of this.#names()) if (other === name) return true
    return false
  }

  /** The last one first. */
  *#names(): Iterable<string> {
    if (this.parent !== undefined) yield this.name
    for (let shape = this.parent; shape?.parent !== undefined; shape = shape.parent) yield shape.name
  }
}

/** The shapes of a message, or of two that are compared. */
export class Shapes {
  left: number = mostShapes
  readonly empty: Shape = new Shape(this)
}

/** The members of an object: a shape that it shares with others like it, and its values. */
export class JsonMembers implements ReadonlyMap<string, JsonValue> {
  #shape: Shape
  readonly list: JsonValue[] = []

  constructor(empty: Shape) {
    this.#shape = empty
  }

  get shape(): Shape {
    return this.#shape
  }

  get size(): number {
    return this.list.length
  }

  /** @returns `'duplicate'` when it has that name, `'full'` when it has to be kept as a map. */
  add(name: string, value: JsonValue): 'added' | 'duplicate' | 'full' {
    const { likely } = this.#shape
    if (likely === undefined || likely.name !== name) {
      if (this.#shape.has(name)) return 'duplicate'
      const shape = this.list.length < mostMembers ? this.#shape.with(name) : undefined
      if (shape === undefined) return 'full'
      this.#shape = shape
    } else this.#shape = likely
    this.list.push(value)
    return 'added'
  }

  get(name: string): JsonValue | undefined {
    const place = this.#shape.places.get(name)
    return place === undefined ? undefined : this.list[place]
  }

  has(name: string): boolean {
    return this.#shape.places.has(name)
  }

  forEach(callback: (value: JsonValue, name: string, members: ReadonlyMap<string, JsonValue>) => void): void {
    for (const [name, place] of this.#shape.places) callback(this.list[place] as JsonValue, name, this)
  }

  keys(): MapIterator<string> {
    return this.#shape.places.keys() as MapIterator<string>
  }

  values(): MapIterator<JsonValue> {
    return this.list.values() as MapIterator<JsonValue>
  }

  *entries(): MapIterator<[string, JsonValue]> {
    for (const [name, place] of this.#shape.places) yield [name, this.list[place] as JsonValue]
  }

  [Symbol.iterator](): MapIterator<[string, JsonValue]> {
    return this.entries()
  }
}
