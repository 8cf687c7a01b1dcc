import { AsyncResource } from 'node:async_hooks'
import type { MessagePort } from 'node:worker_threads'
import { primordials, RetakeError, type Scope, type SpanIds, type SpanRecord, type Target } from '@retake/core'
import type { ConnectedFacts, LookupCall, LookupOutcome, SecuredFacts, TapSink } from '@retake/transport'
import type { TransportError } from '@retake/core'
import { allocateRing, control, eventKinds, type RingMemory, workerStates } from '../ring/ring-layout.ts'
import { RingWriter } from '../ring/ring-writer.ts'
import { storedSecuredFacts } from '../secured-facts.ts'
import type { RecordingParts } from '../recording-parts.ts'
import type { ProcessFacts } from '../session-header.ts'
import type { DrawPolicies } from '../secrets/draw-policy.ts'
import type { Settings } from '../settings/settings.ts'
import type { InteractionHook } from '../hooks/interaction-hook.ts'
import type { HookAnswer, HookQuestion } from '../hooks/main-hooks.ts'
import type { SaveHook, SaveHookOrder } from '../hooks/save-hook.ts'
import type { WorkerOrder } from './recording-worker.ts'

/** What is to be recorded, and into what. */
export interface RecordingOrder {
  readonly memory: RingMemory
  readonly process: ProcessFacts
  /** ms since the epoch of the main thread's monotonic zero. */
  readonly timeOrigin: number
  readonly place: string
  readonly redact: Settings['redact']
  /** What is left out of the keys by which takes lend each other answers. */
  readonly match: Settings['match']
  /** What is kept of drawn values. */
  readonly draws: DrawPolicies
  /** Whether anybody wants to hear of each take. */
  readonly tellsTakes: boolean
  /** `RETAKE_KEY`: seals what is redacted. */
  readonly passphrase: string | undefined
  /** Makes placeholders; never stored. */
  readonly redactionKey: Uint8Array
  /** Where there is a `beforeSave` for all takes. */
  readonly beforeSave: SaveHookOrder | undefined
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
  /** The first take that does not fit the memory. @param held Bytes that it had when it was dropped. */
  | { readonly type: 'crowded'; readonly what: string; readonly held: number }
  /** A take, or a part of one, was not written. */
  | { readonly type: 'lost'; readonly code: string; readonly message: string }
  | HookQuestion

export interface RecordingCounts {
  readonly takes: number
  readonly interactions: { readonly [protocol: string]: number }
  readonly draws: number
  readonly dropped: number
  /** Of these, those that did not fit the memory. */
  readonly droppedForMemory: number
  /** Of these, requests that had no answer yet when the process ended. */
  readonly unanswered: number
}

const now = primordials.performanceNow

const noSpan = (): SpanIds | undefined => undefined

/**
 * When the worker is started, in ms after the session; by the next event where a timer cannot fire. A process that ends
 * sooner does without, and one that is killed sooner loses less than a worker that is starting would have cost it.
 */
const startAfterMs = 40

/**
 * Main-thread side of recording: copies what the taps hear into the ring, and nothing else. Pairing, decoding, redaction,
 * compression and writing happen in the worker.
 */
export class Recorder implements TapSink {
  readonly ring: RingWriter
  readonly #order: RecordingOrder
  readonly #parts: RecordingParts
  readonly #control: Int32Array
  /** The worker belongs to nobody's async context. */
  readonly #outside: AsyncResource = new AsyncResource('retake.recorder')
  readonly #startTimer: NodeJS.Timeout
  readonly #activeSpan: () => SpanIds | undefined
  /** Id of the app's span in which a connection was last written to, where there was one. */
  readonly #spans: Map<number, string> = new Map()
  #news: MessagePort | undefined
  #started = false
  #flushes = 0
  /** Of the look-up that was begun last. */
  #lookups = 0
  #failure: RetakeError | undefined
  /** Finds the `beforeSave` of a take that runs on this thread. */
  hookFor: (take: string) => InteractionHook | undefined = () => undefined
  /** Told about recorded takes and failures, on the main thread. */
  onNews: ((news: RecordingNews) => void) | undefined

  constructor(order: Omit<RecordingOrder, 'memory'>, settings: Settings, parts: RecordingParts) {
    this.#parts = parts
    this.#activeSpan = parts.activeSpan ?? noSpan
    const memory = allocateRing(settings.memoryMiB * 1024 * 1024)
    this.#order = { ...order, memory }
    this.#control = new Int32Array(memory.control)
    const due = now() + startAfterMs
    this.ring = new RingWriter(memory, (full) => {
      if (!this.#started && (full || now() >= due)) this.#outside.runInAsyncScope(() => this.#start())
      return !this.#started
    })
    this.#startTimer = primordials.setTimeout(() => this.#isIdle || this.#start(), startAfterMs).unref()
  }

  /** A thread or a child that a tool has started, and of which there is nothing to tell: it needs no worker, and leaves no file. */
  get #isIdle(): boolean {
    return this.#order.process.parent !== undefined && this.ring.isUntouched
  }

  #start(): void {
    if (this.#started) return
    this.#started = true
    primordials.clearTimeout(this.#startTimer)
    const { MessageChannel, Worker } = process.getBuiltinModule('node:worker_threads')
    const { port1, port2 } = new MessageChannel()
    this.#news = port1
    const worker = new Worker(this.#parts.workerFile, {
      workerData: { retake: { ...this.#order, news: port2 } satisfies WorkerOrder },
      transferList: [port2],
      name: 'retake-recording',
      // Neither the app's preloads nor its environment's options concern the worker; it must not instrument itself.
      execArgv: [],
      env: { ...process.env, NODE_OPTIONS: '', RETAKE_MODE: 'off' },
      stdin: false,
      trackUnmanagedFds: false,
    })
    worker.unref()
    port1.on('message', (news: RecordingNews) => this.#hear(news))
    port1.unref()
    worker.on('error', (error) =>
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

  /** @returns To be told how it ended. */
  lookup(call: LookupCall, scope: Scope | undefined): (outcome: LookupOutcome) => void {
    const number = ++this.#lookups
    const take = scope?.take ?? 0
    this.ring.text(eventKinds.lookupBegin, take, number, 0, now(), JSON.stringify(call), 'utf8')
    return (outcome) => {
      this.ring.delivered()
      this.ring.text(eventKinds.lookupEnd, take, number, 0, now(), JSON.stringify(outcome), 'utf8')
    }
  }

  /**
   * Waits until everything told so far is in the hands of the operating system. Blocks; only for tests that end.
   * @param timeoutMs How long at most without any progress of the worker.
   * @returns Whether it was done in time.
   */
  flush(timeoutMs: number): boolean {
    if (this.#failure !== undefined) return false
    // Nobody else would: the event loop does not turn while we wait.
    if (!this.#started) this.#outside.runInAsyncScope(() => this.#start())
    const asked = ++this.#flushes
    Atomics.store(this.#control, control.flushAsked, asked)
    Atomics.notify(this.#control, control.flushAsked)
    let deadline = now() + timeoutMs
    let progress = Atomics.load(this.#control, control.progress)
    for (;;) {
      const turned = Atomics.load(this.#control, control.progress)
      // Large bodies on a busy machine take their time.
      if (turned !== progress) deadline = now() + timeoutMs
      progress = turned
      const done = Atomics.load(this.#control, control.flushed)
      const state = Atomics.load(this.#control, control.workerState)
      if (done >= asked) return state !== workerStates.failed
      if (state === workerStates.failed || state === workerStates.closed) return false
      const left = deadline - now()
      if (left <= 0) return false
      Atomics.wait(this.#control, control.flushed, done, Math.min(left, 100))
      // A worker that has to ask something cannot wait for the event loop.
      this.hearRest()
    }
  }

  /**
   * The process ends: has everything written, and the cassette closed. Blocks. A worker that is not there yet is not
   * waited for (its thread alone takes 30 ms to start).
   * @param timeoutMs How long at most without any progress of the worker.
   * @param exitCode Where the process ends by itself.
   * @returns Whether it was done in time.
   */
  close(timeoutMs: number, exitCode: number | undefined): boolean {
    primordials.clearTimeout(this.#startTimer)
    // It need not be started for the very last event.
    this.#started = true
    if (this.ring.hasUntoldLoss && Atomics.load(this.#control, control.workerState) === workerStates.running) {
      this.flush(timeoutMs)
      this.ring.tellLoss()
    }
    const isIdle = this.#isIdle
    if (exitCode !== undefined) this.ring.mark(eventKinds.processEnd, 0, 0, exitCode, now())
    if (this.#failure !== undefined) return false
    const { starting, replaced } = workerStates
    if (Atomics.compareExchange(this.#control, control.workerState, starting, replaced) === starting) {
      if (isIdle) return true
      const hook: SaveHook = (subject, take) => this.#runHook(subject, take)
      return this.#parts.recordHere(this.#order, (news) => this.#hear(news), hook)
    }
    Atomics.store(this.#control, control.closeAsked, 1)
    return this.flush(timeoutMs)
  }

  /** Hears what the worker has told but the event loop has not delivered: at the end of the process there is no loop. */
  hearRest(): void {
    if (this.#news === undefined) return
    const { receiveMessageOnPort } = process.getBuiltinModule('node:worker_threads')
    for (let next = receiveMessageOnPort(this.#news); next !== undefined; next = receiveMessageOnPort(this.#news)) {
      this.#hear(next.message as RecordingNews)
    }
  }

  #hear(news: RecordingNews): void {
    if (news.type === 'failed') this.#fail(news.code, news.message)
    else if (news.type === 'hook') this.#answer(news)
    else this.onNews?.(news)
  }

  #answer({ subject, take }: HookQuestion): void {
    let answer: HookAnswer
    try {
      const kept = this.#runHook(subject, take)
      answer = kept === undefined ? { kind: 'left-out' } : { kind: 'kept', subject: kept }
    } catch (error) {
      answer = { kind: 'failed', message: (error as Error).message }
    }
    this.#news?.postMessage(answer)
    Atomics.add(this.#control, control.hooksAnswered, 1)
    Atomics.notify(this.#control, control.hooksAnswered)
  }

  #runHook: SaveHook = (subject, take) => {
    const hook = this.hookFor(take)
    if (hook === undefined) throw new TypeError(`the take ${take} has no beforeSave`)
    return this.#parts.runHook({ hook, name: 'beforeSave', take }, subject)
  }

  #fail(code: string, message: string): void {
    if (this.#failure !== undefined) return
    this.#failure = new RetakeError(code as 'RETAKE_RECORDER_FAILED', message)
    this.ring.silence()
    this.onNews?.({ type: 'failed', code, message })
  }
}
