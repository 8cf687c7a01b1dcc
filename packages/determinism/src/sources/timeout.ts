import { primordials, type TimelineTimer } from '@retake/core'

type Callback = (...args: unknown[]) => void

const sampleTimeout = primordials.setTimeout(() => {}, 1)
primordials.clearTimeout(sampleTimeout)
const sampleImmediate = primordials.setImmediate(() => {})
primordials.clearImmediate(sampleImmediate)

/** Timers that were asked for their number, by it. Far above the numbers that Node gives. */
const byNumber = new Map<number, DrawnTimeout>()
let nextNumber = 2 ** 40

/**
 * What `setTimeout` and `setInterval` return for a timer that a timeline keeps: to the app a `Timeout` like any other
 * (its prototype chain is that of the native class, whose constructor is not public).
 */
export class DrawnTimeout {
  /** `null` once cleared; native code that clears a foreign timer sets exactly this. */
  _onTimeout: Callback | null
  readonly _idleTimeout: number
  readonly _repeat: number | null
  readonly _timerArgs: unknown[] | undefined
  _destroyed = false
  #timer: TimelineTimer | undefined
  #refed = true
  #number: number | undefined

  constructor(callback: Callback, delay: number, repeats: boolean, args: unknown[]) {
    this._onTimeout = callback
    this._idleTimeout = delay
    this._repeat = repeats ? delay : null
    this._timerArgs = args.length === 0 ? undefined : args
  }

  /** @returns The timer with this number, as `+timeout` or a string. */
  static byNumber(number: unknown): DrawnTimeout | undefined {
    return typeof number === 'number' || typeof number === 'string' ? byNumber.get(Number(number)) : undefined
  }

  /** The timeline that keeps it. */
  attach(timer: TimelineTimer): void {
    this.#timer = timer
  }

  fire(): void {
    const callback = this._onTimeout
    if (callback === null) return
    const wasRefreshed = (): boolean => !this._destroyed
    if (this._repeat === null) this._destroyed = true
    try {
      Reflect.apply(callback, this, this._timerArgs ?? [])
    } finally {
      // As Node does: refreshing a timer that has fired sets it again, but it no longer holds the process.
      if (this._repeat === null && !wasRefreshed()) {
        this.#refed = false
        this.#timer?.hold(false)
        this.#forgetNumber()
      }
    }
  }

  refresh(): this {
    if (this._onTimeout === null) return this
    this._destroyed = false
    this.#timer?.refresh()
    return this
  }

  ref(): this {
    this.#refed = true
    this.#timer?.hold(true)
    return this
  }

  unref(): this {
    this.#refed = false
    this.#timer?.hold(false)
    return this
  }

  hasRef(): boolean {
    return this.#refed
  }

  close(): this {
    this._onTimeout = null
    this._destroyed = true
    this.#refed = false
    this.#timer?.cancel()
    this.#forgetNumber()
    return this
  }

  [Symbol.toPrimitive](): number {
    if (this.#number === undefined) byNumber.set((this.#number = nextNumber++), this)
    return this.#number
  }

  [Symbol.dispose](): void {
    this.close()
  }

  #forgetNumber(): void {
    if (this.#number !== undefined) byNumber.delete(this.#number)
  }
}

/** The same for `setImmediate`. */
export class DrawnImmediate {
  _destroyed = false
  readonly #callback: Callback
  readonly #args: unknown[]
  #timer: TimelineTimer | undefined
  #refed = true

  constructor(callback: Callback, args: unknown[]) {
    this.#callback = callback
    this.#args = args
  }

  attach(timer: TimelineTimer): void {
    this.#timer = timer
  }

  fire(): void {
    if (this._destroyed) return
    this._destroyed = true
    Reflect.apply(this.#callback, this, this.#args)
  }

  ref(): this {
    this.#refed = true
    this.#timer?.hold(true)
    return this
  }

  unref(): this {
    this.#refed = false
    this.#timer?.hold(false)
    return this
  }

  hasRef(): boolean {
    return this.#refed && !this._destroyed
  }

  close(): void {
    this._destroyed = true
    this.#timer?.cancel()
  }

  [Symbol.dispose](): void {
    this.close()
  }
}

for (const [drawn, sample] of [
  [DrawnTimeout, sampleTimeout],
  [DrawnImmediate, sampleImmediate],
] as const) {
  const native = Object.getPrototypeOf(sample) as object
  Object.defineProperty(drawn.prototype, 'constructor', {
    value: native.constructor,
    writable: true,
    enumerable: false,
    configurable: true,
  })
  Object.setPrototypeOf(drawn.prototype, native)
}
