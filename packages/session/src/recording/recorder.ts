import { MessageChannel, type MessagePort, receiveMessageOnPort, Worker } from 'node:worker_threads'
import { primordials, RetakeError, type Scope, type SpanIds, type SpanRecord, type Target } from '@retake/core'
import type { ConnectedFacts, LookupCall, LookupOutcome, SecuredFacts, TapSink } from '@retake/transport'
import type { TransportError } from '@retake/core'
import { allocateRing, control, eventKinds, type RingMemory, workerStates } from '../ring/ring-layout.ts'
import { RingWriter } from '../ring/ring-writer.ts'
import { storedSecuredFacts } from '../secured-facts.ts'
import type { ProcessFacts } from '../session-header.ts'
import type { Settings } from '../settings/settings.ts'

/** What the recording worker gets when it starts. */
export interface RecordingOrder {
  readonly memory: RingMemory
  readonly process: ProcessFacts
  /** ms since the epoch of the main thread's monotonic zero. */
  readonly timeOrigin: number
  readonly place: string
  readonly redact: Settings['redact']
  /** What is left out of the keys by which takes lend each other answers. */
  readonly match: Settings['match']
  /** Whether anybody wants to hear of each take. */
  readonly tellsTakes: boolean
  /** `RETAKE_KEY`: seals what is redacted. */
  readonly passphrase: string | undefined
  /** Makes placeholders; never stored. */
  readonly redactionKey: Uint8Array
  /** Where the worker tells its news. */
  readonly news: MessagePort
}

/** What the recording worker tells the main thread; never needed for correctness, only for people. */
export type RecordingNews =
  | {
      readonly type: 'recorded'
      readonly take: string
      readonly method: string
      readonly target: string
      readonly status: number
      readonly calls: number
      readonly durationMs: number
    }
  | { readonly type: 'failed'; readonly code: string; readonly message: string }
  | { readonly type: 'test-written'; readonly take: number; readonly error?: { readonly code: string; readonly message: string } }
  | { readonly type: 'counts'; readonly counts: RecordingCounts }

export interface RecordingCounts {
  readonly takes: number
  readonly interactions: { readonly [protocol: string]: number }
  readonly draws: number
  readonly dropped: number
}

const now = primordials.performanceNow

/**
 * Main-thread side of recording: copies what the taps hear into the ring, and nothing else. Pairing, decoding, redaction,
 * compression and writing happen in the worker.
 */
export class Recorder implements TapSink {
  readonly ring: RingWriter
  readonly #memory: RingMemory
  readonly #control: Int32Array
  readonly #worker: Worker
  readonly #news: MessagePort
  readonly #activeSpan: () => SpanIds | undefined
  /** Id of the app's span in which a connection was last written to, where there was one. */
  readonly #spans: Map<number, string> = new Map()
  #flushes = 0
  #failure: RetakeError | undefined
  /** Told about recorded takes and failures, on the main thread. */
  onNews: ((news: RecordingNews) => void) | undefined

  constructor(order: Omit<RecordingOrder, 'memory' | 'news'>, settings: Settings, workerFile: URL, activeSpan: () => SpanIds | undefined) {
    this.#activeSpan = activeSpan
    this.#memory = allocateRing(settings.memoryMiB * 1024 * 1024)
    this.ring = new RingWriter(this.#memory)
    this.#control = new Int32Array(this.#memory.control)
    const { port1, port2 } = new MessageChannel()
    this.#news = port1
    this.#worker = new Worker(workerFile, {
      workerData: { retake: { ...order, memory: this.#memory, news: port2 } satisfies RecordingOrder },
      transferList: [port2],
      name: 'retake-recording',
      // Neither the app's preloads nor its environment's options concern the worker; it must not instrument itself.
      execArgv: [],
      env: { ...process.env, NODE_OPTIONS: '', RETAKE_MODE: 'off' },
      stdin: false,
      trackUnmanagedFds: false,
    })
    this.#worker.unref()
    port1.on('message', (news: RecordingNews) => this.#hear(news))
    port1.unref()
    this.#worker.on('error', (error) =>
      this.#fail('RETAKE_RECORDER_FAILED', error instanceof Error ? (error.stack ?? error.message) : String(error)),
    )
  }

  get failure(): RetakeError | undefined {
    return this.#failure
  }

  /** Takes beyond three quarters of the memory are not begun: the rest is kept for those that are. */
  get congested(): boolean {
    return this.ring.congested
  }

  opened(connection: number, target: Target, scope: Scope | undefined): void {
    this.ring.text(eventKinds.opened, scope?.take ?? 0, connection, 0, now(), JSON.stringify(target), 'utf8')
  }

  connected(connection: number, facts: ConnectedFacts): void {
    this.ring.text(eventKinds.connected, 0, connection, 0, now(), JSON.stringify(facts), 'utf8')
  }

  upgraded(connection: number): void {
    this.ring.mark(eventKinds.upgraded, 0, connection, 0, now())
  }

  secured(connection: number, facts: SecuredFacts): void {
    this.ring.text(eventKinds.secured, 0, connection, 0, now(), JSON.stringify(storedSecuredFacts(facts)), 'utf8')
  }

  unreadable(connection: number, reason: string): void {
    this.ring.text(eventKinds.unreadable, 0, connection, 0, now(), reason, 'utf8')
  }

  sent(connection: number, data: Uint8Array | string, encoding: BufferEncoding | undefined, scope: Scope | undefined): void {
    const take = scope === undefined ? 0 : scope.take
    this.#tellSpan(connection, take)
    if (typeof data === 'string') this.ring.text(eventKinds.sent, take, connection, 0, now(), data, encoding ?? 'utf8')
    else this.ring.bytes(eventKinds.sent, take, connection, 0, now(), data)
  }

  /** Nothing where the app has no telemetry; otherwise an event when the span is another than at the last write. */
  #tellSpan(connection: number, take: number): void {
    const ids = this.#activeSpan()
    if (ids === undefined && this.#spans.size === 0) return
    if (ids?.spanId === this.#spans.get(connection)) return
    if (ids === undefined) this.#spans.delete(connection)
    else this.#spans.set(connection, ids.spanId)
    this.ring.text(eventKinds.spanOf, take, connection, 0, now(), ids === undefined ? '' : `${ids.traceId}\0${ids.spanId}`, 'latin1')
  }

  /** @param span Times in ms on the monotonic clock. */
  span(take: number, span: SpanRecord): void {
    this.ring.text(eventKinds.span, take, 0, 0, now(), JSON.stringify(span), 'utf8')
  }

  received(connection: number, data: Uint8Array): void {
    this.ring.delivered()
    this.ring.bytes(eventKinds.received, 0, connection, 0, now(), data)
  }

  sentEnd(connection: number, scope: Scope | undefined): void {
    this.ring.mark(eventKinds.sentEnd, scope?.take ?? 0, connection, 0, now())
  }

  receivedEnd(connection: number): void {
    this.ring.delivered()
    this.ring.mark(eventKinds.receivedEnd, 0, connection, 0, now())
  }

  closed(connection: number, how: { readonly error?: TransportError; readonly byApp: boolean }): void {
    this.#spans.delete(connection)
    this.ring.delivered()
    this.ring.text(eventKinds.closed, 0, connection, 0, now(), JSON.stringify(how), 'utf8')
  }

  lookedUp(call: LookupCall, outcome: LookupOutcome, scope: Scope | undefined): void {
    this.ring.delivered()
    this.ring.text(eventKinds.lookup, scope?.take ?? 0, 0, 0, now(), JSON.stringify({ call, outcome }), 'utf8')
  }

  /**
   * Waits until everything told so far is in the hands of the operating system. Blocks; only for the end of the process
   * and for tests that end.
   * @param timeoutMs How long at most.
   * @returns Whether it was done in time.
   */
  flush(timeoutMs: number, close = false): boolean {
    if (this.#failure !== undefined) return false
    if (close) Atomics.store(this.#control, control.closeAsked, 1)
    const asked = ++this.#flushes
    Atomics.store(this.#control, control.flushAsked, asked)
    Atomics.notify(this.#control, control.flushAsked)
    const deadline = now() + timeoutMs
    for (;;) {
      const done = Atomics.load(this.#control, control.flushed)
      const state = Atomics.load(this.#control, control.workerState)
      if (done >= asked) return state !== workerStates.failed
      if (state === workerStates.failed || state === workerStates.closed) return false
      const left = deadline - now()
      if (left <= 0) return false
      Atomics.wait(this.#control, control.flushed, done, Math.min(left, 100))
    }
  }

  /** What the worker counted; final after `flush(…, true)`. */
  get workerState(): number {
    return Atomics.load(this.#control, control.workerState)
  }

  async stop(): Promise<void> {
    await this.#worker.terminate()
  }

  /** Hears what the worker has told but the event loop has not delivered: at the end of the process there is no loop. */
  hearRest(): void {
    for (let next = receiveMessageOnPort(this.#news); next !== undefined; next = receiveMessageOnPort(this.#news)) {
      this.#hear(next.message as RecordingNews)
    }
  }

  #hear(news: RecordingNews): void {
    if (news.type === 'failed') this.#fail(news.code, news.message)
    else this.onNews?.(news)
  }

  #fail(code: string, message: string): void {
    if (this.#failure !== undefined) return
    this.#failure = new RetakeError(code as 'RETAKE_RECORDER_FAILED', message)
    this.ring.silence()
    this.onNews?.({ type: 'failed', code, message })
  }
}
