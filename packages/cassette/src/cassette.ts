import type { FieldValue, SessionCounts, SessionHeader, Take } from '@retake/core'
import { RetakeError } from '@retake/core'
import { foreign } from './cassette-error.ts'
import { CassetteFile } from './reading/cassette-file.ts'
import type { IncrementEntry, TakeEntry, TriggerSummary } from './records/entry-record.ts'
import type { ConnectionFact } from './records/fact-record.ts'
import type { CassetteStore } from './stores/cassette-store.ts'
import { fileStore } from './stores/file-store.ts'

/** What is known of a take without reading it. */
export interface TakeSummary extends TriggerSummary {
  readonly id: string
  readonly sessionId: string
  /** ms since the epoch. */
  readonly startedAt: number
  readonly durationMs: number
  /** Number of its interactions. */
  readonly calls: number
  readonly traceId?: string
}

/** One recorded session: one file. */
export interface CassetteSession {
  readonly header: SessionHeader
  /** `undefined` when the session did not end. */
  readonly counts: SessionCounts | undefined
  /** Path or URL. */
  readonly file: string
  readonly takes: number
  /** The file was finished, and has lost its end since: takes may be missing. */
  readonly isCutShort: boolean
}

/** Where an interaction is. */
export interface CallLocation {
  readonly takeId: string
  /** Its id in the take. */
  readonly interaction: number
}

/**
 * One or more recorded sessions, read on demand: opening costs the same for a thousand takes and a million, and memory
 * holds only what was used last. Every method may throw RETAKE_CASSETTE_CORRUPT when it comes to a damaged place.
 */
export class Cassette {
  /** In the order of their starts. */
  readonly sessions: readonly CassetteSession[]
  /** What was lost, in which file. */
  readonly warnings: readonly string[]
  readonly #files: readonly CassetteFile[]
  readonly #bySession: ReadonlyMap<string, CassetteFile>
  #facts: Map<string, { [name: string]: FieldValue }> | undefined

  constructor(files: readonly CassetteFile[], warnings: readonly string[]) {
    const bySession = new Map<string, CassetteFile>()
    const all = [...warnings]
    for (const file of files) {
      const twin = bySession.get(file.session.id)
      if (twin === undefined) bySession.set(file.session.id, file)
      else {
        all.push(`${file.name} holds the same session as ${twin.name} and is left out`)
        file.close()
      }
      all.push(...file.warnings)
    }
    this.#bySession = bySession
    this.#files = [...bySession.values()].sort((a, b) => a.session.startedAt - b.session.startedAt)
    this.sessions = this.#files.map(({ session, counts, name, takes, isCutShort }) => ({
      header: session,
      counts,
      file: name,
      takes,
      isCutShort,
    }))
    this.warnings = all
  }

  /** Frees the files. */
  close(): void {
    for (const file of this.#files) file.close()
  }

  [Symbol.dispose](): void {
    this.close()
  }

  /** Summaries of all takes in recorded order: as they were written; takes of several sessions by their starts. */
  get takes(): Iterable<TakeSummary> {
    return { [Symbol.iterator]: () => this.#summaries() }
  }

  /** How many takes there are. */
  get takeCount(): number {
    return this.#files.reduce((sum, file) => sum + file.takes, 0)
  }

  /**
   * Reads a take whole, with everything that it gained later. Each call reads it anew; within it equal calls are one object, and
   * so are equal bytes of chunks.
   * @throws RetakeError RETAKE_TAKE_UNKNOWN.
   */
  take(id: string): Take {
    for (const file of this.#filesFor(id)) {
      const take = file.take(id)
      if (take !== undefined) return take
    }
    throw new RetakeError('RETAKE_TAKE_UNKNOWN', `The cassette has no take ${id}.`, { details: { take: id } })
  }

  /** Summary of a take; `undefined` when there is none. */
  summary(id: string): TakeSummary | undefined {
    for (const file of this.#filesFor(id)) {
      const found = file.takeEntry(id)
      if (found !== undefined) return summarise(file.session.id, found.take, found.increments)
    }
    return undefined
  }

  /** The take of the process itself; `undefined` when nothing of it was recorded. */
  main(sessionId: string): Take | undefined {
    return this.#bySession.get(sessionId)?.take(`${sessionId}-main`)
  }

  /** Takes whose trigger has this key, in the order of their starts (of arrival among equals). */
  takesByTrigger(key: string): TakeSummary[] {
    return this.#found((file) => file.takesByTrigger(key)).sort((a, b) => a.startedAt - b.startedAt)
  }

  /**
   * Interactions whose call has this key, in recorded order. The index knows 64 bits of each key; whoever answers a call
   * compares the call itself.
   */
  callsByKey(key: string): CallLocation[] {
    return this.#files.flatMap((file) => file.callsByKey(key))
  }

  /** The take of a trace; the first when several belong to it. */
  takeByTrace(traceId: string): TakeSummary | undefined {
    const [first] = this.#found((file) => file.takesByTrace(traceId)).sort((a, b) => a.startedAt - b.startedAt)
    return first
  }

  /** Every fact of one session, in the order of writing. */
  sessionFacts(sessionId: string): readonly ConnectionFact[] {
    return this.#bySession.get(sessionId)?.facts() ?? []
  }

  /** What is known of a target by name; the earliest session's word counts. An object without prototype. */
  facts(protocol: string, target: string): { readonly [name: string]: FieldValue } {
    this.#facts ??= this.#gatherFacts()
    return this.#facts.get(JSON.stringify([protocol, target])) ?? noFacts
  }

  /** Targets of which anything is known in a protocol, in recorded order. */
  targets(protocol: string): string[] {
    this.#facts ??= this.#gatherFacts()
    return [...this.#facts.keys()].flatMap((key) => {
      const [named, target] = JSON.parse(key) as [string, string]
      return named === protocol ? [target] : []
    })
  }

  #gatherFacts(): Map<string, { [name: string]: FieldValue }> {
    const gathered = new Map<string, { [name: string]: FieldValue }>()
    for (const fact of this.#files.flatMap((file) => file.facts())) {
      const key = JSON.stringify([fact.protocol, fact.target])
      let facts = gathered.get(key)
      if (facts === undefined) gathered.set(key, (facts = Object.create(null) as { [name: string]: FieldValue }))
      if (!Object.hasOwn(facts, fact.name)) facts[fact.name] = fact.value
    }
    return gathered
  }

  /** Sessions are merged by the starts of their next takes; each session keeps its own order. */
  *#summaries(): Generator<TakeSummary> {
    const heads = this.#files.map((file) => {
      const entries = file.takeEntries()
      const advance = (): TakeSummary | undefined => {
        const next = entries.next()
        return next.done === true ? undefined : summarise(file.session.id, next.value.take, next.value.increments)
      }
      return { advance, next: advance() }
    })
    for (;;) {
      let earliest: (typeof heads)[number] | undefined
      for (const head of heads) {
        if (head.next !== undefined && (earliest?.next === undefined || head.next.startedAt < earliest.next.startedAt)) earliest = head
      }
      if (earliest?.next === undefined) return
      yield earliest.next
      earliest.next = earliest.advance()
    }
  }

  #found(find: (file: CassetteFile) => readonly string[]): TakeSummary[] {
    return this.#files.flatMap((file) =>
      find(file).flatMap((id) => {
        const found = file.takeEntry(id)
        return found === undefined ? [] : [summarise(file.session.id, found.take, found.increments)]
      }),
    )
  }

  /** Ids name their session, so that a directory of many files is not searched. */
  #filesFor(id: string): readonly CassetteFile[] {
    const named = this.#bySession.get(id.slice(0, Math.max(0, id.lastIndexOf('-'))))
    return named === undefined ? this.#files : [named, ...this.#files.filter((file) => file !== named)]
  }
}

/**
 * Opens a `.retake` file, a directory with such files, or a store.
 * @throws RetakeError RETAKE_CASSETTE_MISSING, _FOREIGN, _VERSION or _CORRUPT. A file whose session did not end is read as
 *   far as it goes, and `warnings` says so.
 */
export function openCassette(place: string | CassetteStore): Cassette {
  const store = typeof place === 'string' ? fileStore(place) : place
  const { files, warnings } = store.list()
  const all = [...warnings]
  const opened: CassetteFile[] = []
  for (const file of files) {
    try {
      opened.push(new CassetteFile(store.open(file)))
    } catch (error) {
      // A process that was killed before its first take may leave less than a header; that is no reason to stop.
      if (file.finished || files.length === 1 || !isUnreadable(error)) throw error
      all.push(`${file.name} was not finished, and holds nothing that can be read`)
    }
  }
  if (opened.length === 0) throw foreign(store.place, 'nothing in it can be read')
  return new Cassette(opened, all)
}

const noFacts = Object.freeze(Object.create(null)) as { readonly [name: string]: FieldValue }

function isUnreadable(error: unknown): boolean {
  return error instanceof RetakeError && error.code === 'RETAKE_CASSETTE_CORRUPT'
}

function summarise(sessionId: string, take: TakeEntry, increments: readonly IncrementEntry[]): TakeSummary {
  const last = increments.at(-1)
  const trigger = increments.findLast((increment) => increment.trigger !== undefined)?.trigger ?? take.trigger
  const ids = increments.length === 0 ? undefined : new Set(take.keys.interactions)
  for (const { keys } of increments) for (const id of keys.interactions) ids?.add(id)
  return {
    ...trigger,
    id: take.id,
    sessionId,
    startedAt: take.startedAt,
    durationMs: last?.durationMs ?? take.durationMs,
    calls: ids?.size ?? take.keys.interactions.length,
    ...(take.traceId === undefined ? {} : { traceId: take.traceId }),
  }
}
