import { type DrawRun, type DrawValue, jobKinds, type OrderToken, type Segment } from '@retake/core'

/** What tells one delivery from the others. */
export type DeliveryToken = Pick<OrderToken, 'kind' | 'id' | 'part'>

/** Draws of one kind and size in one segment, as they are used up. */
export interface RecordedRun {
  readonly values: DrawValue[]
  readonly times: number[]
  /** Index of the next unused value, and how often it was used. */
  next: number
  used: number
}

/** A timer or a job as it was set when the take was recorded. */
export interface Creation {
  readonly ordinal: number
  /** Place of the segment in which it was set. */
  readonly place: number
  /** `timerShape` of a timer, name of a job. */
  readonly shape: number | string
  claimed: boolean
}

/**
 * A stretch of the recorded take: what was delivered at its beginning, and what was drawn in it. Place 0 is the take's
 * beginning.
 */
export interface Place {
  readonly token: OrderToken | undefined
  /** ms since the take began. */
  readonly at: number
  /** By kind and size, see {@link runKey}. */
  runs: Map<string, RecordedRun>
  /** First and last place that came to the app in one piece with this one. */
  first: number
  last: number
}

/** Places by kind of delivery, id and part. */
type Placement = { readonly [kind in OrderToken['kind']]: Map<number, number[]> }

/** Of places at which nothing was drawn, which most are. Stays empty. */
const noRuns: Map<string, RecordedRun> = new Map()

/** The log of one recorded take in the form in which it is played: places in order, and what each was asked for. */
export class RecordedOrder {
  readonly places: readonly Place[]
  readonly timers: readonly Creation[]
  readonly jobs: readonly Creation[]
  readonly #placeOf: Placement = { call: new Map(), timer: new Map(), job: new Map() }

  readonly #labelOfCall: (interaction: number) => string | undefined

  /** @param labelOfCall What an interaction asked, in a line, for people. */
  constructor(segments: readonly Segment[], labelOfCall: (interaction: number) => string | undefined = () => undefined) {
    this.#labelOfCall = labelOfCall
    const places: Place[] = [{ token: undefined, at: 0, runs: noRuns, first: 0, last: 0 }]
    const timers: Creation[] = []
    const jobs: Creation[] = []
    for (const { token, draws } of segments) {
      let index = token === undefined ? 0 : this.placeOf(token)
      if (token !== undefined && index === undefined) {
        index = places.length
        this.#place(token, index)
        // A log is in order; a clock that was set back while recording must not make time run backwards here.
        const at = Math.max(token.at, places[index - 1]!.at)
        places.push({ token, at, runs: noRuns, first: index, last: index })
      }
      for (const run of draws) {
        if (run.kind === 'timer') for (const value of run.values) timers.push(creation(timers.length, index!, value as number))
        else if (run.kind === 'job')
          for (const value of run.values) jobs.push(creation(jobs.length, index!, jobKinds[value as number] ?? 'other'))
        else append(places[index!]!, run)
      }
    }
    const created = new Set([...timers, ...jobs].map(({ place }) => place))
    joinPieces(places, created)
    this.places = places
    this.timers = timers
    this.jobs = jobs
  }

  /** @returns The place that begins with this delivery; `undefined` when it was not recorded. */
  placeOf(token: DeliveryToken): number | undefined {
    return this.#placeOf[token.kind].get(token.id)?.[token.part]
  }

  #place({ kind, id, part }: OrderToken, place: number): void {
    const parts = this.#placeOf[kind].get(id)
    if (parts !== undefined) parts[part] = place
    // Most have one part, and an empty list that gets an element makes room for 17.
    else if (part === 0) this.#placeOf[kind].set(id, [place])
    else {
      const later: number[] = []
      later[part] = place
      this.#placeOf[kind].set(id, later)
    }
  }

  /** Says where in the take a place is, for people. */
  describe(place: number): string {
    const token = this.places[place]?.token
    return token === undefined ? 'the beginning' : this.describeToken(token)
  }

  /** Names a delivery for people: `interaction 3 (GET http://…)`, `timer 2 (40 ms)`, `job 1 (scrypt)`. */
  describeToken({ kind, id, part }: DeliveryToken): string {
    const which = part === 0 ? '' : `, part ${part}`
    if (kind === 'call') {
      const label = this.#labelOfCall(id)
      return `interaction ${id}${label === undefined ? '' : ` (${label})`}${which}`
    }
    const shape = (kind === 'timer' ? this.timers : this.jobs)[id]?.shape
    const what = typeof shape === 'number' ? (shape === 0 ? 'immediate' : `${Math.abs(shape)} ms${shape < 0 ? ', repeated' : ''}`) : shape
    return `${kind} ${id}${what === undefined ? '' : ` (${what})`}${which}`
  }
}

/** Draws are found again by kind and, for bytes, size. */
export function runKey(kind: string, size: number): string {
  return size === 0 ? kind : `${kind}:${size}`
}

function creation(ordinal: number, place: number, shape: number | string): Creation {
  return { ordinal, place, shape, claimed: false }
}

function append(place: Place, { kind, size, values, times }: DrawRun): void {
  const key = runKey(kind, size)
  if (place.runs === noRuns) place.runs = new Map()
  let run = place.runs.get(key)
  if (run === undefined) place.runs.set(key, (run = { values: [], times: [], next: 0, used: 0 }))
  for (const [index, value] of values.entries()) {
    run.values.push(value)
    run.times.push(times?.[index] ?? 1)
  }
}

/** Neighbouring call deliveries with one time stamp and nothing drawn or set between them were one read of a socket. */
function joinPieces(places: readonly Place[], created: ReadonlySet<number>): void {
  for (let index = 2; index < places.length; index++) {
    const place = places[index]!
    const before = places[index - 1]!
    if (
      place.token?.kind !== 'call' ||
      before.token?.kind !== 'call' ||
      place.at !== before.at ||
      before.runs.size > 0 ||
      created.has(index - 1)
    )
      continue
    place.first = before.first
    for (let member = place.first; member <= index; member++) places[member]!.last = index
  }
}
