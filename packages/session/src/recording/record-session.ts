import { type HttpReset, primordials, RetakeError, type Scope, scopes, type SpanRecord, type Target } from '@retake/core'
import { ObservedDraws, ObservedTimeline } from '@retake/determinism'
import type { Seam } from '@retake/transport'
import type { ControlChannel } from '../control-channel.ts'
import type { SessionStats } from '../control-message.ts'
import { endFlags, eventKinds, ownTrace } from '../ring/ring-layout.ts'
import { type OpenTest, otherMode, type Session } from '../session.ts'
import type { ProcessFacts } from '../session-header.ts'
import type { Settings } from '../settings/settings.ts'
import { passthroughTest } from '../settings/passthrough.ts'
import { drawPolicies } from '../secrets/draw-policy.ts'
import type { Hooks, InteractionHook } from '../hooks/interaction-hook.ts'
import type { BackgroundJob } from '../background/job.ts'
import type { BackgroundHost } from '../background/timer-watch.ts'
import { isTestRun } from '../test-run.ts'
import { endLife, newLife, nextTakeNumber, sessionOf, type TakeLife, TakeScope } from '../take-scope.ts'
import type { RecordingParts } from '../recording-parts.ts'
import { type HeaderBlock, type RequestHead, type ResponseBlock, responseBlocks, type TakeIds, type TriggerSink } from '../trigger-sink.ts'
import { joinBlock, joinHead } from './trigger-assembly.ts'
import { Recorder, type RecordingCounts, type RecordingNews } from './recorder.ts'
import { recordSeam } from './record-seam.ts'
import { RingDrawLog } from './ring-draw-log.ts'
import { unheardScope } from './unheard.ts'

const now = primordials.performanceNow

/** How long the end of a process waits for a worker that makes no progress, in ms: one that is stuck has a full disk or worse. */
const lastFlushMs = 10_000

/** Listens to the live app. */
export class RecordSession implements Session, TriggerSink, BackgroundHost {
  readonly mode = 'record'
  readonly seam: Seam
  readonly triggers: TriggerSink = this
  readonly hearsResponses = true
  readonly background: BackgroundHost = this
  readonly main: TakeScope
  readonly recorder: Recorder
  readonly #settings: Settings
  readonly #log: RingDrawLog
  readonly #control: ControlChannel
  readonly #unheard: Scope = unheardScope(this)
  /** ms since the epoch of the monotonic clock's zero. */
  readonly #epoch: number = performance.timeOrigin
  readonly #id: string
  #notBegunForMemory = 0
  #afterFailure = 0
  /** Known when the process listens first. */
  #isTestRun: boolean | undefined
  #toldOfMemory = false
  #seams = 0
  /** Tests that are open, by their numbers. */
  readonly #tests: Map<number, Scope> = new Map()
  readonly #testFailures: Map<number, RetakeError> = new Map()
  /** `beforeSave` of cassettes that bring their own, by the ids of their takes. */
  readonly #testHooks: Map<string, InteractionHook> = new Map()
  #counts: RecordingCounts = { takes: 0, interactions: {}, draws: 0, dropped: 0, droppedForMemory: 0, unanswered: 0 }
  /** Set by the engine: tells people. */
  notice: (level: 'info' | 'warn' | 'error', text: string, code?: string) => void = () => undefined

  constructor(settings: Settings, facts: ProcessFacts, control: ControlChannel, parts: RecordingParts) {
    this.#settings = settings
    this.#control = control
    this.#id = facts.id
    const order = {
      process: facts,
      timeOrigin: this.#epoch,
      place: settings.cassette,
      redact: settings.redact,
      match: settings.match,
      draws: drawPolicies(settings.draws, { hasKey: settings.key !== undefined, isLive: process.env['NODE_ENV'] === 'production' }),
      passphrase: settings.key,
      tellsTakes: control.open,
      redactionKey: primordials.randomBytes(32),
      beforeSave: settings.beforeSave === undefined ? undefined : { file: settings.beforeSaveFile },
    }
    this.recorder = new Recorder(order, settings, parts)
    this.recorder.hookFor = (take) => this.#testHooks.get(take) ?? settings.beforeSave
    this.recorder.onNews = (news) => this.#hear(news)
    this.#log = new RingDrawLog(this.recorder.ring)
    this.main = this.#scope(0)
    const left = passthroughTest(settings.passthrough)
    this.seam = {
      route: (target: Target) => (left(target) ? 'leave' : 'tap'),
      taps: this.recorder,
      lookups: { observe: (call, scope) => this.recorder.lookup(call, scope) },
    }
  }

  /** Whether the scope is that of a take which began with a request, and is recorded. */
  #isRequest(scope: Scope): boolean {
    return scope !== this.#unheard && !this.#tests.has(scope.take)
  }

  runJob(job: BackgroundJob, run: () => void, muted: boolean): void {
    if (this.recorder.failure !== undefined || this.recorder.congested) {
      scopes.run(this.#unheard, run)
      return
    }
    const take = nextTakeNumber()
    this.recorder.ring.text(eventKinds.backgroundBegin, take, 0, job.interval ?? 0, now(), job.name, 'utf8')
    const scope = this.#scope(take, newLife(job))
    scopes.run(muted ? scope.asMuted : scope, run)
  }

  takeId(scope: Scope | undefined): string {
    const take = scope?.take ?? 0
    return take > 0 ? `${this.#id}-${take}` : `${this.#id}-main`
  }

  listening(): boolean {
    this.#isTestRun ??= isTestRun()
    if (this.#isTestRun) return false
    this.recorder.ring.mark(eventKinds.listening, 0, 0, 0, now())
    ;(this.main.draws as ObservedDraws).flush()
    return true
  }

  begin(head: RequestHead): Scope | undefined {
    // What a test sends to a server in its own process is part of the test.
    const test = head.sentBy && this.#tests.get(head.sentBy.scope.take)
    if (test !== undefined) return test
    if (this.#isTestRun === true) return undefined
    const { sample } = this.#settings
    if (sample < 1 && primordials.mathRandom() >= sample) return this.#unheard
    if (this.recorder.failure !== undefined || this.recorder.congested) {
      if (this.recorder.failure === undefined) {
        this.#notBegunForMemory++
        this.#tellOfMemory('A request was not recorded: what is on its way to the recorder fills its memory')
      } else this.#afterFailure++
      return this.#unheard
    }
    const take = nextTakeNumber()
    const sender = sessionOf(head.sentBy?.scope) === this ? head.sentBy : undefined
    this.recorder.ring.text(eventKinds.takeBegin, take, sender?.scope.take ?? 0, sender?.number ?? 0, now(), joinHead(head), 'latin1')
    return this.#scope(take)
  }

  requestBody(scope: Scope, chunk: Uint8Array): void {
    if (!this.#isRequest(scope)) return
    this.recorder.ring.delivered()
    this.recorder.ring.bytes(eventKinds.requestBody, scope.take, 0, 0, now(), chunk)
  }

  requestEnd(scope: Scope, rawTrailers: readonly string[]): void {
    if (rawTrailers.length > 0 && this.#isRequest(scope)) {
      this.recorder.ring.text(eventKinds.requestEnd, scope.take, 0, 0, now(), rawTrailers.join('\0'), 'latin1')
    }
  }

  responseBytes(scope: Scope, data: Uint8Array | string, encoding: BufferEncoding | undefined): void {
    if (!this.#isRequest(scope)) return
    const { ring } = this.recorder
    if (typeof data === 'string') ring.text(eventKinds.responseBytes, scope.take, 0, 0, now(), data, encoding ?? 'utf8')
    else ring.bytes(eventKinds.responseBytes, scope.take, 0, 0, now(), data)
  }

  responseFields(scope: Scope, kind: ResponseBlock, block: HeaderBlock): void {
    if (!this.#isRequest(scope)) return
    this.recorder.ring.text(eventKinds.responseFields, scope.take, 0, responseBlocks.indexOf(kind), now(), joinBlock(block), 'latin1')
  }

  responseEnd(scope: Scope, how: 'finished' | 'aborted', reset?: HttpReset): void {
    if (this.#tests.has(scope.take)) return
    endLife(scope)
    if (scope === this.#unheard) return
    ;(scope.draws as ObservedDraws).over()
    const flags = (how === 'aborted' ? endFlags.aborted : 0) | resetFlags(reset)
    this.recorder.ring.mark(eventKinds.responseEnd, scope.take, reset?.code ?? 0, flags, now())
  }

  span(scope: Scope | undefined, span: SpanRecord): void {
    if (scope === this.#unheard) return
    this.recorder.span(scope?.take ?? 0, { ...span, start: span.start - this.#epoch, end: span.end - this.#epoch })
  }

  trace(scope: Scope, ids: TakeIds): void {
    if (scope === this.#unheard) return
    this.recorder.ring.text(
      eventKinds.trace,
      scope.take,
      0,
      ids.own === true ? ownTrace : 0,
      now(),
      `${ids.traceId}\0${ids.spanId}`,
      'latin1',
    )
  }

  open(name: string, place: string, mode: 'record' | 'replay', { beforeSave }: Hooks = {}): OpenTest {
    if (mode === 'replay') throw otherMode(place, 'records')
    const take = nextTakeNumber()
    const isHooked = beforeSave !== undefined
    this.recorder.ring.text(eventKinds.testBegin, take, 0, 0, now(), JSON.stringify({ name, place, isHooked }), 'utf8')
    const scope = this.#scope(take)
    if (isHooked) this.#testHooks.set(this.takeId(scope), beforeSave)
    this.#tests.set(take, scope)
    return { mode, scope, end: (keep) => this.#endTest(scope, keep) }
  }

  #endTest(scope: TakeScope, keep: boolean): undefined {
    this.#tests.delete(scope.take)
    ;(scope.draws as ObservedDraws).flush()
    this.recorder.ring.mark(keep ? eventKinds.testEnd : eventKinds.takeDropped, scope.take, 0, 0, now())
    this.recorder.flush(lastFlushMs)
    this.recorder.hearRest()
    const failure = this.recorder.failure ?? this.#testFailures.get(scope.take)
    this.#testFailures.delete(scope.take)
    this.#testHooks.delete(this.takeId(scope))
    if (failure !== undefined) throw failure
  }

  throughSeam(name: string, args: readonly unknown[], call: () => unknown): unknown {
    return recordSeam(this.recorder.ring, { name, args, number: ++this.#seams, take: scopes.getStore()?.take ?? 0 }, call)
  }

  end(exitCode?: number): void {
    ;(this.main.draws as ObservedDraws).flush()
    if (!this.recorder.close(lastFlushMs, exitCode) && this.recorder.failure === undefined) {
      this.notice(
        'error',
        `The recording worker made no progress for ${lastFlushMs / 1000} s; the cassette is kept as far as it was written.`,
        'RETAKE_RECORDER_FAILED',
      )
    }
    this.recorder.hearRest()
  }

  stats(): Omit<SessionStats, 'pid' | 'mode' | 'cassette' | 'durationMs'> {
    const { takes, interactions, draws, dropped, droppedForMemory, unanswered } = this.#counts
    return {
      takes,
      interactions,
      served: 0,
      missed: 0,
      borrowed: 0,
      repeated: 0,
      unused: 0,
      blocked: 0,
      draws,
      exhausted: 0,
      diverged: 0,
      dropped: dropped + this.#notBegunForMemory + this.#afterFailure,
      droppedForMemory: droppedForMemory + this.#notBegunForMemory,
      unanswered,
      afterFailure: this.#afterFailure,
    }
  }

  /** Once: what follows is counted. */
  #tellOfMemory(what: string): void {
    if (this.#toldOfMemory) return
    this.#toldOfMemory = true
    const { code, message } = new RetakeError('RETAKE_MEMORY_FULL', `${what} (\`memoryMiB\` is ${this.#settings.memoryMiB}).`)
    this.notice('warn', message, code)
  }

  #scope(take: number, life?: TakeLife): TakeScope {
    return new TakeScope(this, take, new ObservedDraws(take, this.#log), new ObservedTimeline(take, this.#log), false, life)
  }

  #hear(news: RecordingNews): void {
    switch (news.type) {
      case 'recorded':
        this.#control.send(news)
        return
      case 'failed':
        this.notice('error', news.message, news.code)
        return
      case 'counts':
        this.#counts = news.counts
        return
      case 'lost':
        this.notice('error', news.message, news.code)
        return
      case 'crowded':
        this.#tellOfMemory(`${news.what} was not recorded: with ${Math.round(news.held / 2 ** 20)} MiB of it there was no room for more`)
        return
      case 'hook':
        return
      case 'test-written':
        if (news.error !== undefined)
          this.#testFailures.set(news.take, new RetakeError(news.error.code as 'RETAKE_RECORDER_FAILED', news.error.message))
    }
  }
}

function resetFlags(reset: HttpReset | undefined): number {
  if (reset === undefined) return 0
  return reset.by === 'server' ? endFlags.reset | endFlags.byServer : endFlags.reset
}
