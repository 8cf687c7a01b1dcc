import {
  type HttpRequest,
  type HttpReset,
  drawnText,
  moreDrawn,
  primordials,
  RetakeError,
  type Scope,
  scopes,
  type SpanAttributes,
  type Take,
  uncontrolledText,
} from '@retake/core'
import { Cassette } from '@retake/cassette'
import type { Redactor } from '@retake/redaction'
import type { Seam } from '@retake/transport'
import type { ControlChannel } from '../control-channel.ts'
import type { SessionStats } from '../control-message.ts'
import { triggerKey } from '../keys.ts'
import { packSeamValue, seamCall } from '../seam-value.ts'
import { processOrigin } from '../origin.ts'
import { processArguments } from '../session-header.ts'
import { type OpenTest, otherMode, type Session } from '../session.ts'
import { passthroughTest } from '../settings/passthrough.ts'
import type { Settings } from '../settings/settings.ts'
import type { Hooks } from '../hooks/interaction-hook.ts'
import type { BackgroundJob } from '../background/job.ts'
import { RecordedJobs } from '../background/recorded-jobs.ts'
import type { BackgroundHost } from '../background/timer-watch.ts'
import { nativeDraws, nativeTimeline } from '../native-streams.ts'
import { endLife, newLife, nextTakeNumber, type TakeLife, TakeScope } from '../take-scope.ts'
import { takeHeader, type RequestHead, type TriggerSink } from '../trigger-sink.ts'
import { AccountTotals } from './account-totals.ts'
import { Player, type PlayerSession } from './player.ts'
import { ReplayedTake } from './replayed-take.ts'
import { libraryOf, openLibrary } from './open-library.ts'
import type { TakeLibrary } from './take-library.ts'
import { VirtualConnection } from './virtual-connection.ts'
import { whenSettled } from './when-settled.ts'
import { wholeAccount } from './whole-account.ts'

/** How long a job may take for its calls, in ms. */
const jobMs = 10_000

/** Number of the take that jobs have that were not recorded: what becomes of their calls is nobody's failure. */
const strayTake = -2

interface Strays {
  readonly run: ReplayedTake
  readonly scope: Scope
}

/** Answers from the cassette; no packet leaves the process. */
export class ReplaySession implements Session, TriggerSink, PlayerSession, BackgroundHost {
  readonly mode = 'replay'
  readonly settings: Settings
  readonly seam: Seam
  readonly triggers: TriggerSink = this
  readonly background: BackgroundHost = this
  /** The process's own cassette; tests bring theirs. */
  readonly library: TakeLibrary | undefined
  readonly player: Player
  readonly totals: AccountTotals = new AccountTotals()
  readonly #main: ReplayedTake
  /** The process was recorded as a script, or a test run: what its own servers are asked is part of `main`. */
  readonly #isOneTake: boolean
  readonly #runs: Map<number, ReplayedTake> = new Map()
  readonly #mask: Redactor
  /** Where a process has no cassette of its own: everything outside a test's scope misses. */
  readonly #none: TakeLibrary
  readonly #control: ControlChannel
  #connections = 0
  #runsSoFar = 0
  #jobs: RecordedJobs | undefined
  #strays: Strays | undefined
  /** Numbers of runs of jobs: what one calls when it is done is stray. */
  readonly #jobRuns: Set<number> = new Set()
  /** Set by the engine: tells people. */
  notice: (level: 'info' | 'warn' | 'error', text: string, code?: string) => void = () => undefined

  constructor(settings: Settings, library: TakeLibrary | undefined, mask: Redactor, control: ControlChannel) {
    this.settings = settings
    this.#control = control
    this.library = library
    this.player = new Player(this, mask)
    this.#mask = mask
    this.#none = libraryOf(new Cassette([], []), '', settings, mask)
    const main = library?.mainFor(processArguments(), processOrigin().parent)
    this.#isOneTake = main?.trigger.kind === 'process' && main.trigger.process === 'script'
    this.#main = this.#run(main ?? emptyTake('main'), library ?? this.#none, 0, this.#isOneTake ? 'virtual' : 'native')
    const left = passthroughTest(settings.passthrough)
    this.seam = {
      route: (target) => (left(target) ? 'leave' : 'virtual'),
      serve: (target, line, scope) => {
        const connection = new VirtualConnection(target, ++this.#connections, line, this.player, this.runOf(scope?.take).library)
        const failure = this.player.connectFailure(target, scope?.take)
        if (failure === undefined) connection.open()
        else connection.refuse(failure.deliver)
        return connection
      },
      lookups: { answer: (call, scope, deliver) => this.player.lookup(call, scope?.take, deliver) },
      swallowed: (description) => {
        this.runOf(scopes.getStore()?.take).blocked.push(description)
      },
      ...(control.open ? { listenPort: () => 0 } : {}),
    }
  }

  get main(): Scope {
    return this.#main.scope
  }

  runOf(take: number | undefined): ReplayedTake {
    if (take === undefined) return this.#main
    return this.#runs.get(take) ?? (take === strayTake || this.#jobRuns.has(take) ? this.#stray.run : this.#main)
  }

  isStray(run: ReplayedTake): boolean {
    return run === this.#strays?.run
  }

  mainFor(run: ReplayedTake): ReplayedTake | undefined {
    if (run === this.#main) return undefined
    return this.#main
  }

  takeId(scope: Scope | undefined): string {
    return this.runOf(scope?.take).take.id
  }

  listening(): boolean {
    // Else start-up is over: what `main` drew up to here was supplied, background work draws natively (the engine's doing).
    return !this.#isOneTake
  }

  /** Requests that differ only in their bodies are told apart by them, unless they name their takes. */
  needsBody(head: RequestHead): boolean {
    if (this.#isOneTake || headerOf(head.rawHeaders, takeHeader) !== undefined || !announcesBody(head)) return false
    return (this.library ?? this.#none).triggers.isAmbiguous(triggerKey({ method: head.method, target: head.url }, this.#mask))
  }

  begin(head: RequestHead, body?: Uint8Array): Scope | undefined {
    const named = headerOf(head.rawHeaders, takeHeader)
    const library = this.library ?? this.#none
    const key = triggerKey({ method: head.method, target: head.url }, this.#mask)
    const sender = head.sentBy && this.#runs.get(head.sentBy.scope.take)
    // What a test sends to a server in its own process is part of the test.
    if (sender?.take.trigger.kind === 'test') return sender.scope
    if (named === undefined && this.#isOneTake) return undefined
    const id = named ?? sentAgain(head, key, sender, library) ?? library.triggers.next(key, requestOf(head, body ?? nothing))
    const take = id === undefined ? undefined : library.take(id)
    if (take === undefined) {
      const what = named === undefined ? `No take was recorded for ${head.method} ${head.url}` : `No take has the id ${named}`
      this.notice('warn', `${what}; its calls are answered only where another take made the very same.`, 'RETAKE_TAKE_UNKNOWN')
    }
    const number = nextTakeNumber()
    const run = this.#run(take ?? emptyTake(`unknown-${number}`), library, number, 'virtual')
    sender?.parts.push(run)
    this.#runs.set(number, run)
    return run.scope
  }

  requestBody(): void {}

  requestEnd(): void {}

  responseFields(): void {}

  responseBytes(): void {}

  trace(): void {}

  spanAttributes(scope: Scope): SpanAttributes | undefined {
    const run = this.#runs.get(scope.take)
    return run && { 'retake.mode': this.mode, 'retake.take': run.take.id }
  }

  responseEnd(scope: Scope, _how: 'finished' | 'aborted', reset?: HttpReset): void {
    const run = this.#runs.get(scope.take)
    if (run === undefined || run.take.trigger.kind === 'test') return
    endLife(scope)
    run.reset = reset
    this.#settle(scope.take, run)
  }

  /** Takes that run still when this one is answered may hold what its last calls need, such as connections of a pool. */
  #settle(number: number, run: ReplayedTake, patienceMs?: number): void {
    const others = [...this.#runs.values()].filter(({ take, scope }) => take.trigger.kind !== 'test' && !scope.life.over)
    whenSettled({
      isSettled: () => run.settled,
      mayBeHeldUp: () => others.some(({ scope }) => !scope.life.over),
      ...(patienceMs === undefined ? {} : { patienceMs }),
      done: () => this.#finish(number, run),
    })
  }

  /**
   * Jobs that were recorded do not run, unless they are asked for; then each run plays the next recorded one. What was not
   * recorded calls nothing, or has changed, or has not been due: it runs, as what ends a process, for one, has to.
   */
  runJob(job: BackgroundJob, run: () => void, muted: boolean): void {
    this.#jobs ??= new RecordedJobs((this.library ?? this.#none).cassette, this.#mask)
    if (muted || !this.#jobs.has(job)) {
      const { scope } = this.#stray
      scopes.run(muted ? scope.asMuted : scope, run)
      return
    }
    const id = this.settings.background ? this.#jobs.next(job) : undefined
    const take = id === undefined ? undefined : this.library?.take(id)
    if (take === undefined || this.library === undefined) return
    const number = nextTakeNumber()
    const played = this.#run(take, this.library, number, 'virtual', newLife(job))
    this.#jobRuns.add(number)
    this.#runs.set(number, played)
    scopes.run(played.scope, run)
    this.#settle(number, played, jobMs)
  }

  /** Where jobs run that were not recorded. */
  get #stray(): Strays {
    this.#strays ??= {
      run: this.#run(emptyTake('background'), this.library ?? this.#none, strayTake, 'native'),
      scope: new TakeScope(this, strayTake, nativeDraws, nativeTimeline, false, newLife()),
    }
    return this.#strays
  }

  open(_name: string, place: string, mode: 'record' | 'replay', { beforeReplay = this.settings.beforeReplay }: Hooks = {}): OpenTest {
    if (mode === 'record') throw otherMode(place, 'replays')
    const library = openLibrary(place, { ...this.settings, beforeReplay }, this.#mask)
    const [summary] = [...library.cassette.takes].filter(({ kind }) => kind === 'test')
    if (summary === undefined) throw new RetakeError('RETAKE_CASSETTE_CORRUPT', `${place} holds no take of a test.`)
    const number = nextTakeNumber()
    const take = library.take(summary.id)
    if (take === undefined) throw new TypeError(`the take ${summary.id} is listed and cannot be found`)
    const run = this.#run(take, library, number, 'virtual')
    this.#runs.set(number, run)
    return {
      mode,
      scope: run.scope,
      end: () => {
        this.#finish(number, run)
        return run.account()
      },
    }
  }

  throughSeam(name: string, args: readonly unknown[]): unknown {
    return this.player.seam(seamCall(name, packSeamValue(args, name)), scopes.getStore()?.take)
  }

  end(): void {
    for (const [number, run] of this.#runs) this.#finish(number, run)
    this.#account(this.#main)
  }

  stats(): Omit<SessionStats, 'pid' | 'mode' | 'cassette' | 'durationMs'> {
    return { takes: this.#runsSoFar, ...this.totals.stats(), dropped: 0, droppedForMemory: 0, unanswered: 0, afterFailure: 0 }
  }

  #finish(number: number, run: ReplayedTake): void {
    if (!this.#runs.delete(number)) return
    this.#runsSoFar++
    run.finished = true
    run.playback.timeline.close()
    this.#account(run)
  }

  #account(run: ReplayedTake): void {
    const account = run.account()
    this.totals.add(account, run.take)
    const parts = run.parts.map((part) => part.account())
    this.#control.send({ type: 'account', account: wholeAccount(account, parts) })
    for (const what of account.draws.diverged) this.notice('info', `take ${account.take}: ${what}`)
    for (const drawn of account.draws.exhausted) this.notice('info', `take ${account.take}: ${moreDrawn(drawn)}`)
    for (const use of account.draws.uncontrolled ?? []) {
      // Without a place it belongs to the process, and says nothing of this take.
      if (use.at !== undefined) this.notice('info', `take ${account.take}: not played back: ${uncontrolledText(use)}`)
    }
    for (const { kind, count, after } of account.draws.withheld ?? [])
      this.notice(
        'info',
        `take ${account.take}: ${drawnText(kind, count)} made anew, after ${after}: keys are recorded with \`draws: { key: 'value' }\``,
      )
  }

  #run(take: Take, library: TakeLibrary, number: number, timers: 'virtual' | 'native', life?: TakeLife): ReplayedTake {
    return new ReplayedTake(this, take, library, number, timers, life)
  }
}

/** The take of a request that the app has sent to itself, as it did when it was recorded. */
function sentAgain({ sentBy }: RequestHead, key: string, sender: ReplayedTake | undefined, library: TakeLibrary): string | undefined {
  return sentBy === undefined || sender === undefined ? undefined : library.triggers.sentBy(key, sender.take.id, sentBy.number)
}

/** A request that announces no body has an empty one. */
const nothing = new Uint8Array()

function announcesBody({ rawHeaders, httpVersion }: RequestHead): boolean {
  // Frames say whether there is one.
  if (httpVersion.startsWith('2')) return true
  const length = headerOf(rawHeaders, 'content-length')
  return length === undefined ? headerOf(rawHeaders, 'transfer-encoding') !== undefined : Number(length) > 0
}

function requestOf({ method, url, httpVersion, rawHeaders, secure }: RequestHead, body: Uint8Array): HttpRequest {
  return { method, target: url, httpVersion, rawHeaders, body, ...(secure ? { secure } : {}) }
}

function headerOf(rawHeaders: readonly string[], name: string): string | undefined {
  for (let index = 0; index < rawHeaders.length; index += 2) {
    if (rawHeaders[index]?.toLowerCase() === name) return rawHeaders[index + 1]
  }
  return undefined
}

/** A take of which nothing is known: every call must be answered elsewhere, or missed. */
function emptyTake(id: string): Take {
  return {
    id,
    trigger: { kind: 'process', process: 'server' },
    startedAt: primordials.dateNow(),
    durationMs: 0,
    interactions: [],
    segments: [{ token: undefined, draws: [] }],
  }
}
