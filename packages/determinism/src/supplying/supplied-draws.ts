import { type DrawKind, type DrawStreams, type DrawValue, primordials, type UncontrolledSource, type UncontrolledUse } from '@retake/core'
import { UncontrolledAccount } from '../uncontrolled/uncontrolled-account.ts'
import { continuedId } from './continued-id.ts'
import { KeyedGenerator } from './keyed-generator.ts'
import type { PlaybackAccount } from './playback-account.ts'
import { type RecordedOrder, type RecordedRun, runKey } from './recorded-order.ts'
import { type ClockKind, inMs, isClock, type VirtualClock } from './virtual-clock.ts'

/** A draw that was served, and what it was. */
export interface ServedDraw {
  readonly kind: DrawKind
  readonly value: DrawValue
}

/** Where in the recorded take the playback stands. */
export interface Standing {
  readonly place: number
}

/**
 * Draws that are answered from the log. First what was drawn at this place; then, since code that changed or raced with
 * something that is not in the log may draw earlier or later than it did, the first unused draw of the same kind and size
 * of the whole take; then a keyed generator. A clock is never answered from another place: it shows the virtual time.
 */
export class SuppliedDraws implements DrawStreams {
  readonly #order: RecordedOrder
  readonly #standing: Standing
  readonly #clock: VirtualClock
  readonly #account: PlaybackAccount
  readonly #names: readonly string[]
  readonly #native: ReadonlySet<DrawKind> | undefined
  /** Runs of each kind and size in the order of their places; the cursor passes those that are used up. */
  readonly #streams = new Map<string, { readonly runs: RecordedRun[]; cursor: number }>()
  readonly #generators = new Map<string, KeyedGenerator>()
  readonly #drawn: ServedDraw[] = []
  /** Kinds that were drawn more often than recorded. */
  readonly #continued = new Set<DrawKind>()
  readonly #uncontrolled = new UncontrolledAccount()
  /** The last value of kinds that stay the same in a process. */
  #timeOrigin: number | undefined

  /** Cassette and take are what the generators are keyed by; kinds that are `native` were not to be recorded. */
  constructor(
    order: RecordedOrder,
    standing: Standing,
    clock: VirtualClock,
    account: PlaybackAccount,
    { cassette, take, native }: { readonly cassette: string; readonly take: string; readonly native?: ReadonlySet<DrawKind> },
  ) {
    this.#order = order
    this.#native = native
    this.#standing = standing
    this.#clock = clock
    this.#account = account
    this.#names = [cassette, take]
    for (const { runs } of order.places) {
      for (const [key, run] of runs) {
        const stream = this.#streams.get(key)
        if (stream === undefined) this.#streams.set(key, { runs: [run], cursor: 0 })
        else stream.runs.push(run)
      }
    }
  }

  /** Everything drawn so far, in order; a clock that was read repeatedly without moving counts once. */
  get drawn(): readonly ServedDraw[] {
    return this.#drawn
  }

  uncontrolled(source: UncontrolledSource, what: string, entry: CallableFunction): void {
    this.#uncontrolled.saw(source, what, entry)
  }

  /** Which uncontrolled sources were used. */
  get usesOfUncontrolled(): readonly UncontrolledUse[] {
    const pools = [...this.#streams].flatMap(([key, { runs }]) => {
      const size = key.startsWith('bytes:') ? Number(key.slice('bytes:'.length)) : 0
      // uuid draws 256 bytes at once, nanoid 128 times the length of an id.
      return size >= 128 && size % 128 === 0 && runs.some(({ next }) => next > 0) ? [size] : []
    })
    return this.#uncontrolled.report(pools)
  }

  /** How many draws of each kind were answered from the log. */
  get servedByKind(): { readonly [kind in DrawKind]?: number } {
    const served: { [kind in DrawKind]?: number } = {}
    for (const [key, { runs }] of this.#streams) {
      const kind = key.split(':', 1)[0] as DrawKind
      const count = runs.reduce((sum, { times, next, used }) => sum + used + times.slice(0, next).reduce((all, each) => all + each, 0), 0)
      if (count > 0) served[kind] = (served[kind] ?? 0) + count
    }
    return served
  }

  number(kind: DrawKind, native: () => number): number {
    if (this.#native?.has(kind) === true) return native()
    const recorded = this.#next(kind, 0)
    if (recorded !== undefined) return this.#note(kind, recorded) as number
    this.#exhausted(kind)
    return this.#note(kind, this.#continuedNumber(kind, native)) as number
  }

  bigint(kind: DrawKind): bigint {
    const recorded = this.#next(kind, 0)
    if (recorded !== undefined) return this.#note(kind, recorded) as bigint
    this.#exhausted(kind)
    const ns = isClock(kind) ? BigInt(Math.round(this.#clock.derive(kind) * 1e6)) : this.#generator(kind).bytes(8).readBigUInt64LE()
    return this.#note(kind, ns) as bigint
  }

  text(kind: DrawKind, native: () => string, key: number = 0): string {
    if (this.#native?.has(kind) === true) return native()
    const recorded = this.#next(kind, key)
    if (recorded !== undefined) return this.#note(kind, recorded) as string
    this.#exhausted(kind)
    return this.#note(kind, this.#continuedText(kind, native)) as string
  }

  bytes(kind: DrawKind, size: number, native: () => Uint8Array): Uint8Array {
    if (this.#native?.has(kind) === true) return native()
    const recorded = this.#next(kind, size)
    if (recorded !== undefined) {
      // Only its place was recorded.
      if (kind === 'key' && (recorded as Uint8Array).length === 0) {
        this.#account.withheld(kind, this.#standing.place)
        return native()
      }
      this.#note(kind, recorded)
      // The log is played more than once, and the app may write into what it drew.
      return Buffer.from(recorded as Uint8Array)
    }
    this.#exhausted(kind)
    const made = kind === 'bytes' ? this.#generator(`${kind}:${size}`).bytes(size) : native()
    this.#note(kind, Buffer.from(made))
    return made
  }

  /** The next recorded value, if there is one. */
  #next(kind: DrawKind, size: number): DrawValue | undefined {
    const key = runKey(kind, size)
    const stream = this.#streams.get(key)
    if (stream === undefined) return undefined
    const { first, last } = this.#order.places[this.#standing.place]!
    for (let place = first; place <= last; place++) {
      const run = this.#order.places[place]!.runs.get(key)
      if (run !== undefined && run.next < run.values.length) return this.#use(kind, run)
    }
    if (isClock(kind)) return undefined
    while (stream.cursor < stream.runs.length) {
      const run = stream.runs[stream.cursor]!
      if (run.next < run.values.length) {
        this.#account.shifted++
        return this.#use(kind, run)
      }
      stream.cursor++
    }
    return undefined
  }

  #use(kind: DrawKind, run: RecordedRun): DrawValue {
    const value = run.values[run.next]!
    if (++run.used >= run.times[run.next]!) {
      run.next++
      run.used = 0
    }
    this.#account.served++
    if (!isClock(kind)) return value
    const reading = value as number | bigint
    // After readings that were not recorded the virtual time may be ahead of the log: it stands until the log is there.
    if (this.#continued.has(kind) && this.#clock.isPast(kind, reading)) return this.#lastReading(kind, reading)
    this.#clock.served(kind, reading)
    return value
  }

  #lastReading(kind: ClockKind, recorded: number | bigint): number | bigint {
    const last = this.#clock.lastOf(kind) ?? inMs(kind, recorded)
    if (kind === 'hrtime' || kind === 'temporal') return BigInt(Math.round(last * 1e6))
    return kind === 'uptime' ? last / 1000 : last
  }

  #note(kind: DrawKind, value: DrawValue): DrawValue {
    const last = this.#drawn.at(-1)
    if (last === undefined || last.kind !== kind || last.value !== value || !isClock(kind)) this.#drawn.push({ kind, value })
    if (kind === 'time-origin') this.#timeOrigin = value as number
    return value
  }

  #exhausted(kind: DrawKind): void {
    this.#continued.add(kind)
    this.#account.exhausted(kind, this.#standing.place)
  }

  #generator(name: string): KeyedGenerator {
    let generator = this.#generators.get(name)
    if (generator === undefined) this.#generators.set(name, (generator = new KeyedGenerator([...this.#names, name])))
    return generator
  }

  #continuedNumber(kind: DrawKind, native: () => number): number {
    if (isClock(kind)) return kind === 'uptime' ? this.#clock.derive(kind) / 1000 : this.#clock.derive(kind)
    if (kind === 'time-origin') return this.#timeOrigin ?? this.#clock.derive('date') - this.#clock.derive('performance')
    // What the machine gives is the same each time.
    if (kind === 'pid') return native()
    return kind === 'random' ? this.#generator(kind).fraction() : this.#generator(kind).integer()
  }

  #continuedText(kind: DrawKind, native: () => string): string {
    if (kind === 'uuid') return this.#generator(kind).uuid(4)
    if (kind === 'uuid7') return this.#generator(kind).uuid(7, this.#clock.derive('date'))
    if (kind === 'http-date') return new primordials.Date(this.#clock.derive('date')).toUTCString()
    if (kind === 'hostname' || kind === 'mkdtemp') return native()
    return continuedId(native(), this.#generator(kind), () => this.#clock.derive('date'))
  }
}
