import { mainScope, type Scope } from '@retake/core'
import { afterEach, describe, expect, test } from 'vitest'
import type { BackgroundJob } from '../../src/background/job.ts'
import { TimerWatch } from '../../src/background/timer-watch.ts'
import { nativeDraws, nativeTimeline } from '../../src/native-streams.ts'
import type { Session } from '../../src/session.ts'
import { endLife, newLife, type TakeLife, TakeScope } from '../../src/take-scope.ts'

const scopeOf = (life?: TakeLife): TakeScope => new TakeScope({} as Session, 1, nativeDraws, nativeTimeline, false, life)

/** What became of each firing: `scope`, or the job that it was. */
class Timers {
  readonly firings: string[] = []
  readonly jobs: BackgroundJob[] = []
  readonly watch: TimerWatch = new TimerWatch({
    runJob: (job, run, muted) => {
      this.jobs.push(job)
      this.firings.push(muted ? `${job.name}, muted` : job.name)
      run()
    },
  })

  /** @returns Fires it. */
  set(scope: Scope | undefined, callback: () => void, repeats = false): () => void {
    const firing = this.watch.watch(scope, { callback, delay: 20, repeats })
    return () => {
      if (firing?.(callback) === true) return
      this.firings.push('scope')
      callback()
    }
  }
}

afterEach(() => {
  mainScope.current = undefined
})

describe('outside every take', () => {
  test('a firing is start-up while main is observed, and a job from then on', () => {
    mainScope.current = scopeOf()
    const timers = new Timers()
    const tick = timers.set(undefined, function poll() {}, true)
    tick()
    mainScope.current = undefined
    tick()
    expect(timers.firings).toEqual(['scope', 'poll'])
    expect(timers.jobs[0]?.interval).toBe(20)
  })

  test('equal ones of start-up are numbered; a nameless one is called by its source', () => {
    mainScope.current = scopeOf()
    const timers = new Timers()
    const ticks = [1, 2].map(() =>
      timers.set(
        undefined,
        (
          () => () =>
            void 0
        )(),
      ),
    )
    mainScope.current = undefined
    for (const tick of ticks) tick()
    expect(timers.firings).toEqual(['() => void 0', '() => void 0 (2)'])
  })

  test('a bare resolve is no work', async () => {
    const timers = new Timers()
    await new Promise<void>((resolve) => timers.set(undefined, resolve)())
    expect(timers.firings).toEqual(['scope'])
  })
})

describe('in a take', () => {
  test('ticks of an interval are its own until its response, and jobs afterwards', () => {
    const timers = new Timers()
    const scope = scopeOf()
    const tick = timers.set(scope, function lazy() {}, true)
    tick()
    endLife(scope)
    tick()
    expect(timers.firings).toEqual(['scope', 'lazy'])
  })

  test('a timeout is its own however late, but what sets itself again is a job', () => {
    const timers = new Timers()
    const scope = scopeOf()
    const early = timers.set(scope, function mail() {})
    endLife(scope)
    early()
    let again: (() => void) | undefined
    function chained(): void {
      again = timers.set(scope, chained)
    }
    timers.set(scope, chained)()
    again?.()
    expect(timers.firings).toEqual(['scope', 'scope', 'chained'])
  })

  test('upkeep of a pool that a request has made leaves its take, too, and stays muted', () => {
    const timers = new Timers()
    const scope = scopeOf()
    const evict = timers.set(scope.asMuted, function evict() {}, true)
    endLife(scope)
    evict()
    expect(timers.firings).toEqual(['evict, muted'])
  })
})

test('a job goes on with other timers, and begins anew with its own', () => {
  const timers = new Timers()
  const job = { name: 'tick (2)', interval: undefined, source: '' }
  function tick(): void {}
  const scope = scopeOf(newLife({ ...job, source: `tick\n${String(tick)}` }))
  timers.set(scope, function step() {})()
  timers.set(scope, tick)()
  expect(timers.firings).toEqual(['scope', 'tick (2)'])
})
