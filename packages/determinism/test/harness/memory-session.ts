import { type DrawKind, drawKinds, type DrawValue, mainScope, muted, primordials, type Scope, scopes } from '@retake/core'
import { type DrawLog, ObservedDraws, ObservedTimeline, type PlaybackReport, SegmentAssembler, TakePlayback } from '@retake/determinism'
import { type RecordedTake, readLog, writeLog } from './log-file.ts'

interface OpenTake {
  readonly scope: Scope
  /** Runs `work` on behalf of the take and delivers its value to it in its turn. */
  call(work: () => Promise<unknown>): Promise<unknown>
  end(): void
}

/**
 * The smallest session: takes are opened by name, recorded into memory, and written as one file; or played back from it.
 */
export class MemorySession {
  readonly reports: { [take: string]: PlaybackReport } = {}
  /** Draws logged, by kind. */
  readonly drawn: { [kind: string]: number } = {}
  readonly #file: string
  readonly #recorded: Map<string, RecordedTake>
  readonly #mode: 'record' | 'replay'
  readonly #open = new Map<string, OpenTake>()
  readonly #assemblers = new Map<number, { readonly assembler: SegmentAssembler; readonly began: number }>()
  #position = 0
  #takes = 0

  constructor(mode: 'record' | 'replay', file: string) {
    this.#mode = mode
    this.#file = file
    this.#recorded = mode === 'replay' ? readLog(file) : new Map()
  }

  /** Runs `body` as a take and returns what it does. */
  async take<T>(name: string, body: () => Promise<T>): Promise<T> {
    const take = this.begin(name)
    try {
      return await scopes.run(take.scope, body)
    } finally {
      take.end()
    }
  }

  begin(name: string): OpenTake {
    const take = this.#mode === 'record' ? this.#record(name) : this.#replay(name)
    this.#open.set(name, take)
    return take
  }

  /** The whole process is the take `main`. */
  beginMain(): void {
    const take = this.begin('main')
    mainScope.current = take.scope
    process.on('exit', () => take.end())
  }

  /** A call to the outside world, made by the take `name`. */
  call(name: string, work: () => Promise<unknown>): Promise<unknown> {
    return this.#open.get(name)!.call(work)
  }

  save(): void {
    if (this.#mode === 'record') writeLog(this.#file, this.#recorded)
  }

  #record(name: string): OpenTake {
    const number = this.#takes++
    const assembler = new SegmentAssembler()
    const began = primordials.performanceNow()
    const startedAt = primordials.dateNow()
    this.#assemblers.set(number, { assembler, began })
    const draws = new ObservedDraws(number, this.#log)
    const scope = scopeOf(number, draws, new ObservedTimeline(number, this.#log))
    const calls: unknown[] = []
    return {
      scope,
      call: async (work) => {
        const id = calls.push(undefined) - 1
        calls[id] = await muted(work)
        this.#deliver(number, 'call', id, 0)
        return calls[id]
      },
      end: () => {
        draws.flush()
        this.#recorded.set(name, { startedAt, segments: assembler.take(), calls })
      },
    }
  }

  #replay(name: string): OpenTake {
    const recorded = this.#recorded.get(name)
    if (recorded === undefined) throw new Error(`no take ${name} in the log`)
    const playback = new TakePlayback(recorded.segments, { cassette: 'test', take: name, startedAt: recorded.startedAt })
    const scope = scopeOf(this.#takes++, playback.draws, playback.timeline)
    let calls = 0
    return {
      scope,
      call: () =>
        new Promise((resolve) => {
          const id = calls++
          playback.timeline.expect({ kind: 'call', id, part: 0 }, () => resolve(recorded.calls[id]))
        }),
      end: () => {
        playback.timeline.close()
        this.reports[name] = playback.report()
      },
    }
  }

  #deliver(take: number, kind: 'call' | 'timer' | 'job', id: number, part: number): void {
    this.#position++
    const { assembler, began } = this.#assemblers.get(take)!
    assembler.deliver({ kind, id, part, at: primordials.performanceNow() - began })
  }

  #draw(take: number, kind: number, value: DrawValue): void {
    const name: DrawKind = drawKinds[kind]!
    this.drawn[name] = (this.drawn[name] ?? 0) + 1
    this.#assemblers.get(take)!.assembler.draw(name, value)
  }

  readonly #log: DrawLog = {
    number: (take, kind, value) => this.#draw(take, kind, value),
    again: (take, kind, times) => this.#assemblers.get(take)!.assembler.again(drawKinds[kind]!, times),
    bigint: (take, kind, value) => this.#draw(take, kind, value),
    text: (take, kind, value) => this.#draw(take, kind, value),
    bytes: (take, kind, value) => this.#draw(take, kind, value),
    timerFired: (take, ordinal, part) => this.#deliver(take, 'timer', ordinal, part),
    jobDelivered: (take, ordinal) => this.#deliver(take, 'job', ordinal, 0),
    position: () => this.#position,
  }
}

function scopeOf(take: number, draws: Scope['draws'], timeline: Scope['timeline']): Scope {
  const heard = { take, muted: false, draws, timeline } as { -readonly [key in keyof Scope]: Scope[key] }
  const muted = { ...heard, muted: true, asHeard: heard }
  muted.asMuted = muted
  return Object.assign(heard, { asMuted: muted, asHeard: heard })
}
