import type { FieldValue, SessionCounts, SessionHeader, Take } from '@retake/core'
import { RetakeError } from '@retake/core'
import { unwritable } from '../cassette-error.ts'
import { encodeFileHeader } from '../encoding/file-header.ts'
import { frameKinds, limits } from '../encoding/format.ts'
import { KeyHashes, noKey } from '../encoding/key-hash.ts'
import { PayloadWriter } from '../encoding/payload-writer.ts'
import { IndexRows } from '../index/index-tables.ts'
import type { EntryKeys } from '../records/entry-record.ts'
import { summariseTrigger } from '../records/entry-record.ts'
import { writeFact } from '../records/fact-record.ts'
import { RecordWriter } from '../records/record-writer.ts'
import { writeSession } from '../records/session-record.ts'
import type { TakeIncrement } from '../records/take-record.ts'
import { writeIncrement, writeTake } from '../records/take-record.ts'
import type { CassetteStore, StoredSink } from '../stores/cassette-store.ts'
import { fileStore } from '../stores/file-store.ts'
import { FrameWriter } from './frame-writer.ts'
import { writeIndex } from './index-writer.ts'
import { PendingBatch } from './pending-batch.ts'

/** Match keys by which a take and its calls are found again. */
export interface TakeKeys {
  readonly trigger?: string
  /** One for each interaction, in their order; an empty string for a call that is not to be found by key. */
  readonly calls: readonly string[]
}

/** Different facts that one file holds at most; hostile servers must not fill memory with greetings. */
const mostFacts = 65_536

/**
 * Writes one session into one file. Everything is synchronous; `append` only encodes, `flush` reaches the operating
 * system. Until `close` the file has a temporary name, and is readable like a torn one.
 */
export class CassetteWriter {
  readonly #sink: StoredSink
  readonly #frames: FrameWriter
  readonly #batch: PendingBatch
  readonly #rows: IndexRows
  readonly #hashes = new KeyHashes()
  readonly #knownFacts = new Set<string>()
  readonly #factFrames: number[] = []
  #pendingFacts: Buffer[] = []
  #state: 'open' | 'closed' | RetakeError = 'open'

  /**
   * @param place A `.retake` file, a directory (a new file in it), or a store.
   * @throws RetakeError RETAKE_CASSETTE_UNWRITABLE.
   */
  static create(place: string | CassetteStore, header: SessionHeader): CassetteWriter {
    return new CassetteWriter((typeof place === 'string' ? fileStore(place) : place).create(header), header)
  }

  private constructor(sink: StoredSink, header: SessionHeader) {
    this.#sink = sink
    this.#frames = new FrameWriter(sink, encodeFileHeader())
    this.#rows = new IndexRows(header.id)
    this.#batch = new PendingBatch(this.#frames, this.#rows)
    const out = new PayloadWriter()
    writeSession(new RecordWriter(out, undefined), header)
    this.#frames.add(frameKinds.session, out.copy())
    this.#guarded(() => this.#frames.flush())
  }

  /** Where the bytes are now (the temporary name). */
  get name(): string {
    return this.#sink.name
  }

  /**
   * Adds a whole take.
   * @throws RetakeError RETAKE_CASSETTE_UNWRITABLE: this take cannot be stored and nothing of it was; or, after a failed
   *   write, no take can.
   */
  append(take: Take, keys: TakeKeys): void {
    const entry = {
      kind: 'take' as const,
      id: take.id,
      trigger: summariseTrigger(take.trigger),
      startedAt: take.startedAt,
      durationMs: take.durationMs,
      keys: this.#entryKeys(take, keys),
      ...(take.traceId === undefined ? {} : { traceId: take.traceId }),
    }
    this.#add(take.id, () => this.#batch.add(entry, (record) => writeTake(record, take)))
  }

  /**
   * Adds to a take that was appended before: interactions (a same id replaces), segments (put behind), the duration so
   * far, and the trigger when its outcome is known now.
   * @throws RetakeError as {@link append}.
   */
  increment(takeId: string, increment: TakeIncrement, keys: TakeKeys): void {
    const entry = {
      kind: 'increment' as const,
      takeId,
      durationMs: increment.durationMs,
      keys: this.#entryKeys(increment, keys),
      ...(increment.trigger === undefined ? {} : { trigger: summariseTrigger(increment.trigger) }),
    }
    this.#add(takeId, () => this.#batch.add(entry, (record) => writeIncrement(record, takeId, increment)))
  }

  /** Keeps a fact about a target. The first value of a name stays: every connection tells the same ones again. */
  fact(protocol: string, target: string, name: string, value: FieldValue): void {
    // The same facts are told with every connection and many an answer; only the last part can hold anything.
    const key = `${protocol}\n${target}\n${name}`
    if (this.#knownFacts.has(key) || this.#knownFacts.size >= mostFacts) return
    this.#add(`${protocol} ${target} ${name}`, () => {
      const out = new PayloadWriter(256)
      writeFact(new RecordWriter(out, undefined), { protocol, target, name, value })
      this.#pendingFacts.push(out.copy())
      this.#knownFacts.add(key)
      return 0
    })
  }

  /** Everything handed over so far is in the operating system when this returns: it survives a SIGKILL. */
  flush(): void {
    this.#guarded(() => this.#writePending())
  }

  /**
   * Writes the index, makes the file last, and gives it its name. After an error the temporary file stays and is readable.
   */
  close(counts: SessionCounts): void {
    this.#guarded(() => {
      this.#writePending()
      writeIndex(this.#frames, this.#rows, this.#factFrames, counts)
      this.#sink.commit()
    })
    this.#state = 'closed'
  }

  /** Takes back everything that this writer wrote. */
  discard(): void {
    if (this.#state === 'closed') return
    this.#state = 'closed'
    this.#sink.discard()
  }

  #add(what: string, add: () => number): void {
    this.#check()
    let waiting: number
    try {
      waiting = add()
    } catch (error) {
      if (error instanceof RetakeError) throw (this.#state = error)
      throw new RetakeError('RETAKE_CASSETTE_UNWRITABLE', `${what} was left out of ${this.name}: ${(error as Error).message}.`, {
        cause: error,
        details: { take: what },
        remedy: 'The other takes are not touched. Please report it with the kind of call that the take makes.',
      })
    }
    if (waiting >= limits.batchContent) this.flush()
  }

  #entryKeys({ interactions }: Pick<TakeIncrement, 'interactions'>, keys: TakeKeys): EntryKeys {
    return {
      trigger: keys.trigger === undefined ? noKey : this.#hashes.of(keys.trigger),
      interactions: interactions.map(({ id }) => id),
      calls: interactions.map((_, ordinal) => {
        const key = keys.calls[ordinal]
        return key === undefined || key === '' ? noKey : this.#hashes.of(key)
      }),
    }
  }

  #writePending(): void {
    if (this.#pendingFacts.length > 0) {
      this.#factFrames.push(this.#frames.add(frameKinds.facts, Buffer.concat(this.#pendingFacts)))
      this.#pendingFacts = []
    }
    this.#batch.write()
    this.#frames.flush()
  }

  #guarded(run: () => void): void {
    this.#check()
    try {
      run()
    } catch (error) {
      throw (this.#state = error instanceof RetakeError ? error : unwritable(this.name, 'cannot be written', error))
    }
  }

  #check(): void {
    if (this.#state === 'closed') throw new TypeError('this cassette was closed')
    if (this.#state !== 'open') throw this.#state
  }
}
