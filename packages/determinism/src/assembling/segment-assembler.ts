import type { DrawKind, DrawRun, DrawValue, OrderToken, Segment } from '@retake/core'

/** The draws of one kind and size in one segment, while it is open. */
interface GrowingRun {
  readonly kind: DrawKind
  readonly size: number
  readonly values: DrawValue[]
  readonly times: number[]
  repeated: boolean
}

interface GrowingSegment {
  readonly token: OrderToken | undefined
  readonly runs: GrowingRun[]
  /** Already handed out by `take`: what belongs to it now goes into an addition with the same token. */
  handedOut: boolean
}

/**
 * Puts one take's draws and deliveries, told in the order in which they happened, together to segments. Used by whoever
 * reads the log, off the app's thread.
 */
export class SegmentAssembler {
  #current: GrowingSegment = { token: undefined, runs: [], handedOut: false }
  #ready: GrowingSegment[] = [this.#current]
  /** Where the last value of each kind went: what `again` speaks of. */
  readonly #last = new Map<DrawKind, { readonly segment: GrowingSegment; readonly run: GrowingRun }>()

  /**
   * A draw was made.
   * @param value Bytes are copied.
   * @param times How often it was drawn in a row.
   */
  draw(kind: DrawKind, value: DrawValue, times: number = 1): void {
    if (this.#current.handedOut) this.#current = this.#addition(this.#current)
    // The log has the key of an id before it.
    if (kind === 'id' && typeof value === 'string')
      return this.#add(this.#current, kind, parseInt(value.slice(0, 8), 16), value.slice(8), times)
    if (!(value instanceof Uint8Array)) return this.#add(this.#current, kind, 0, value, times)
    // A view would keep a whole slab of the log alive, and change with it.
    const bytes = new Uint8Array(value)
    if (kind !== 'result' && kind !== 'key') return this.#add(this.#current, kind, bytes.length, bytes, times)
    // The log has the key of a result before it.
    return this.#add(this.#current, kind, new DataView(bytes.buffer).getUint32(0, true), bytes.slice(4), times)
  }

  /** The last draw of this kind was made `times` times more. It may come late: it belongs where that draw is. */
  again(kind: DrawKind, times: number): void {
    const last = this.#last.get(kind)
    if (last === undefined) return
    const { segment, run } = last
    if (segment.handedOut) {
      const value = run.values.at(-1)
      if (value !== undefined) this.#add(this.#addition(segment), kind, run.size, value, times)
      return
    }
    run.times[run.times.length - 1]! += times
    run.repeated = true
  }

  /** Something was delivered to the take: a new segment begins. */
  deliver(token: OrderToken): void {
    this.#current = { token, runs: [], handedOut: false }
    this.#ready.push(this.#current)
  }

  /**
   * @returns What came since the last call. The first segment of a take is always there, even without draws; a segment
   *   with a token that was handed out before adds to that one.
   */
  take(): Segment[] {
    const segments = this.#ready.map((segment): Segment => {
      segment.handedOut = true
      return { token: segment.token, draws: segment.runs.map(finished) }
    })
    this.#ready = []
    return segments
  }

  #addition(to: GrowingSegment): GrowingSegment {
    const addition: GrowingSegment = { token: to.token, runs: [], handedOut: false }
    this.#ready.push(addition)
    return addition
  }

  #add(segment: GrowingSegment, kind: DrawKind, size: number, value: DrawValue, times: number): void {
    let run = segment.runs.find((candidate) => candidate.kind === kind && candidate.size === size)
    if (run === undefined) segment.runs.push((run = { kind, size, values: [], times: [], repeated: false }))
    if (isClock(kind) && run.values.length > 0 && run.values.at(-1) === value) {
      run.times[run.times.length - 1]! += times
      run.repeated = true
    } else {
      run.values.push(value)
      run.times.push(times)
      if (times !== 1) run.repeated = true
    }
    this.#last.set(kind, { segment, run })
  }
}

function isClock(kind: DrawKind): boolean {
  return kind === 'date' || kind === 'performance' || kind === 'hrtime' || kind === 'uptime' || kind === 'temporal'
}

function finished(run: GrowingRun): DrawRun {
  const { kind, size, values } = run
  return run.repeated ? { kind, size, values, times: run.times } : { kind, size, values }
}
