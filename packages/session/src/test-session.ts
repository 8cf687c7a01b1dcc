import { type Scope, scopes, type SpanRecord } from '@retake/core'
import type { Seam } from '@retake/transport'
import type { Hooks } from './hooks/interaction-hook.ts'
import type { SessionStats } from './control-message.ts'
import type { RecordSession } from './recording/record-session.ts'
import type { ReplaySession } from './replaying/replay-session.ts'
import type { OpenTest, Session } from './session.ts'
import { LateTaps } from './recording/late-taps.ts'
import { sessionOf } from './take-scope.ts'
import type { RequestHead, TriggerSink } from './trigger-sink.ts'

/**
 * The session of a process in which each test has a cassette of its own: one test may record while another replays. What
 * runs outside every test is left alone.
 */
export class TestSession implements Session, TriggerSink {
  readonly mode = 'auto'
  readonly seam: Seam
  readonly triggers: TriggerSink = this
  readonly main: Scope | undefined = undefined
  readonly #record: () => RecordSession
  readonly #replay: () => ReplaySession
  readonly #open: Set<OpenTest> = new Set()
  #recording: RecordSession | undefined
  #replaying: ReplaySession | undefined
  notice: (level: 'info' | 'warn' | 'error', text: string, code?: string) => void = () => undefined

  /** Both sides are made when the first test needs them: a suite that only replays starts no worker. */
  constructor(sides: { readonly record: () => RecordSession; readonly replay: () => ReplaySession }) {
    this.#record = sides.record
    this.#replay = sides.replay
    this.seam = {
      route: (target, scope) => sessionOf(scope)?.seam.route(target, scope) ?? 'leave',
      taps: new LateTaps(() => this.#recording?.recorder),
      serve: (target, line, scope) => {
        const serve = this.#replaying?.seam.serve
        if (serve === undefined) throw new TypeError('a connection was routed to a replay that does not run')
        return serve(target, line, scope)
      },
      lookups: {
        observe: (call, scope) => (sessionOf(scope)?.mode === 'record' ? this.#recording?.seam.lookups?.observe?.(call, scope) : undefined),
        answers: (scope) => sessionOf(scope)?.mode === 'replay',
        answer: (call, scope, deliver) => this.#replaying?.seam.lookups?.answer?.(call, scope, deliver),
      },
    }
  }

  /** Opens a test's cassette. */
  open(name: string, place: string, mode: 'record' | 'replay', hooks?: Hooks): OpenTest {
    const test = this.#side(mode).open(name, place, mode, hooks)
    this.#open.add(test)
    return {
      ...test,
      end: (keep) => {
        this.#open.delete(test)
        return test.end(keep)
      },
    }
  }

  /**
   * A request to a server in the test's own process is part of the test. The server's socket has lost the async context of
   * the client: who sent it is known of what code of this process sent; what another process sends belongs to the one
   * test that is open.
   */
  begin({ sentBy }: RequestHead): Scope | undefined {
    if (sentBy !== undefined) {
      for (const { scope } of this.#open) if (scope.take === sentBy.scope.take) return scope
    }
    const [only, second] = this.#open
    return second === undefined ? only?.scope : undefined
  }

  requestBody(): void {}

  requestEnd(): void {}

  responseFields(): void {}

  responseBytes(): void {}

  responseEnd(): void {}

  trace(): void {}

  span(scope: Scope | undefined, span: SpanRecord): void {
    sessionOf(scope)?.span?.(scope, span)
  }

  takeId(scope: Scope | undefined): string | undefined {
    return sessionOf(scope)?.takeId(scope)
  }

  listening(): boolean {
    return true
  }

  throughSeam(name: string, args: readonly unknown[], call: () => unknown): unknown {
    const session = sessionOf(scopes.getStore())
    return session === undefined ? call() : session.throughSeam(name, args, call)
  }

  end(): void {
    this.#recording?.end()
    this.#replaying?.end()
  }

  stats(): Omit<SessionStats, 'pid' | 'mode' | 'cassette' | 'durationMs'> {
    const replayed = this.#replaying?.stats()
    const recorded = this.#recording?.stats()
    if (recorded === undefined || replayed === undefined) return recorded ?? replayed ?? noStats
    const interactions = { ...replayed.interactions }
    for (const [protocol, count] of Object.entries(recorded.interactions)) interactions[protocol] = (interactions[protocol] ?? 0) + count
    return {
      ...replayed,
      interactions,
      takes: recorded.takes + replayed.takes,
      draws: recorded.draws + replayed.draws,
      dropped: recorded.dropped,
      droppedForMemory: recorded.droppedForMemory,
    }
  }

  #side(mode: 'record' | 'replay'): RecordSession | ReplaySession {
    if (mode === 'record') return (this.#recording ??= this.#record())
    return (this.#replaying ??= this.#replay())
  }
}

const noStats: ReturnType<TestSession['stats']> = {
  takes: 0,
  interactions: {},
  served: 0,
  missed: 0,
  borrowed: 0,
  repeated: 0,
  unused: 0,
  blocked: 0,
  draws: 0,
  exhausted: 0,
  diverged: 0,
  dropped: 0,
  droppedForMemory: 0,
  unanswered: 0,
  afterFailure: 0,
}
