import type { OrderToken, Segment } from '@retake/core'
import { describe, expect, test } from 'vitest'
import { TakePlayback } from '../../src/index.ts'

type Token = readonly [kind: OrderToken['kind'], id: number, at: number, part?: number]

/** A log in which timers of these shapes were set at the beginning, and these deliveries came. */
function playbackOf(timers: readonly number[], tokens: readonly Token[], jobs: readonly number[] = []): TakePlayback {
  const segments: Segment[] = [
    {
      token: undefined,
      draws: [
        { kind: 'timer', size: 0, values: timers },
        { kind: 'job', size: 0, values: jobs },
      ],
    },
    ...tokens.map(([kind, id, at, part = 0]) => ({ token: { kind, id, part, at }, draws: [] })),
  ]
  return new TakePlayback(segments, { cassette: 'c', take: 't', startedAt: 0 })
}

/** The steps of one playback, with the take's own time. */
class Steps {
  readonly seen: string[] = []
  readonly playback: TakePlayback
  constructor(playback: TakePlayback) {
    this.playback = playback
  }
  note(what: string): void {
    this.seen.push(`${what} @${Math.round(this.playback.now * 10) / 10}`)
  }
  timer(name: string, delay: number | undefined, repeats = false) {
    return this.playback.timeline.timer(delay, repeats, () => this.note(name), this.timer)!
  }
  call(id: number, part = 0): Promise<void> {
    return new Promise((resolve) => {
      this.playback.timeline.expect({ kind: 'call', id, part }, () => {
        this.note(`call ${id}`)
        resolve()
      })
    })
  }
  fired(name: string, delay: number | undefined): Promise<void> {
    return new Promise((resolve) => {
      this.playback.timeline.timer(
        delay,
        false,
        () => {
          this.note(name)
          resolve()
        },
        this.fired,
      )
    })
  }
}

describe('unchanged code', () => {
  test('gets deliveries in the recorded order, each in its own macrotask, and the clock jumps there', async () => {
    const steps = new Steps(
      playbackOf(
        [5, 0],
        [
          ['timer', 1, 0.4],
          ['call', 1, 3],
          ['timer', 0, 9],
          ['call', 0, 50],
        ],
      ),
    )
    const late = steps.call(0)
    steps.timer('timer', 5)
    steps.timer('immediate', undefined)
    void steps.call(1).then(() => queueMicrotask(() => steps.note('microtask')))
    await late
    expect(steps.seen).toEqual(['immediate @0.4', 'call 1 @3', 'microtask @3', 'timer @9', 'call 0 @50'])
    expect(steps.playback.report()).toEqual({
      served: 0,
      kinds: {},
      uncontrolled: [],
      exhausted: [],
      withheld: [],
      diverged: [],
      shifted: 0,
      stalls: 0,
    })
  })

  test('an hour costs no time', async () => {
    const steps = new Steps(playbackOf([3_600_000], [['timer', 0, 3_600_001]]))
    await steps.fired('timer', 3_600_000)
    expect(steps.seen).toEqual(['timer @3600001'])
  })

  test('intervals fire as often as recorded, and stop when cleared', async () => {
    const steps = new Steps(
      playbackOf(
        [-4],
        [
          ['timer', 0, 4],
          ['timer', 0, 8, 1],
          ['timer', 0, 12, 2],
          ['call', 0, 13],
        ],
      ),
    )
    const interval = steps.timer('tick', 4, true)
    await steps.call(0)
    interval.cancel()
    expect(steps.seen).toEqual(['tick @4', 'tick @8', 'tick @12', 'call 0 @13'])
  })

  test('a timer that is refreshed in its callback fires again', async () => {
    const playback = playbackOf(
      [4],
      [
        ['timer', 0, 4],
        ['timer', 0, 8, 1],
      ],
    )
    let count = 0
    await new Promise<void>((resolve) => {
      const timer = playback.timeline.timer(4, false, () => (++count < 2 ? timer.refresh() : resolve()), playbackOf)!
    })
    expect(playback.now).toBe(8)
  })

  test('a time limit that was not reached does not fire before what is in the log', async () => {
    const steps = new Steps(
      playbackOf(
        [1, 1],
        [
          ['timer', 1, 900],
          ['call', 0, 1000],
        ],
      ),
    )
    const limit = steps.timer('limit', 1)
    steps.timer('other', 1)
    // Natively the limit is long over when the call is asked for.
    await new Promise((resolve) => setTimeout(resolve, 20))
    await steps.call(0)
    limit.cancel()
    expect(steps.seen.filter((line) => !line.startsWith('other'))).toEqual(['call 0 @1000'])
  })

  test('gets an answer that had not come by the end after everything that had', async () => {
    const steps = new Steps(
      playbackOf(
        [5],
        [
          ['timer', 0, 5],
          ['call', 0, 8],
        ],
      ),
    )
    const never = steps.call(1)
    steps.timer('timer', 5)
    void steps.call(0)
    await never
    expect(steps.seen).toEqual(['timer @5', 'call 0 @8', 'call 1 @8'])
    expect(steps.playback.report()).toMatchObject({ stalls: 0, diverged: [] })
  })

  test('waits for real work that is recorded, however long it takes', async () => {
    const steps = new Steps(
      playbackOf(
        [5],
        [
          ['job', 0, 2],
          ['timer', 0, 5],
        ],
        [3],
      ),
    )
    const timer = steps.fired('timer', 5)
    const deliver = steps.playback.timeline.job('scrypt')
    setTimeout(() => deliver(() => steps.note('job')), 120)
    await timer
    expect(steps.seen).toEqual(['job @2', 'timer @5'])
    expect(steps.playback.report().stalls).toBe(0)
  })

  test('waits for code that takes its time before it asks', async () => {
    const steps = new Steps(
      playbackOf(
        [500],
        [
          ['call', 0, 400],
          ['timer', 0, 500],
        ],
      ),
    )
    const timer = steps.fired('timer', 500)
    setTimeout(() => void steps.call(0), 120)
    await timer
    expect(steps.seen).toEqual(['call 0 @400', 'timer @500'])
    expect(steps.playback.report().diverged).toEqual([])
  })
})

describe('changed code', () => {
  test('that no longer asks for something is waited for once, and goes on in order', async () => {
    const steps = new Steps(
      playbackOf(
        [6, 8],
        [
          ['call', 0, 3],
          ['call', 1, 4],
          ['timer', 0, 6],
          ['timer', 1, 8],
        ],
      ),
    )
    const last = steps.fired('b', 8)
    steps.timer('a', 6)
    await last
    expect(steps.seen).toEqual(['a @6', 'b @8'])
    expect(steps.playback.report()).toMatchObject({
      stalls: 1,
      diverged: ['interaction 0 (and 1 more) did not come after the beginning; went on with timer 0 (6 ms)'],
    })
  })

  test('that asks late for something that was given up gets it at once', async () => {
    const steps = new Steps(
      playbackOf(
        [6],
        [
          ['call', 0, 3],
          ['timer', 0, 6],
        ],
      ),
    )
    await steps.fired('a', 6)
    await steps.call(0)
    expect(steps.seen).toEqual(['a @6', 'call 0 @6'])
  })

  test('that asks again gets it at once', async () => {
    const steps = new Steps(
      playbackOf(
        [5],
        [
          ['call', 0, 3],
          ['timer', 0, 8],
        ],
      ),
    )
    await steps.call(0)
    await steps.call(0)
    await new Promise<void>((resolve) => void steps.playback.timeline.expect(undefined, resolve))
    expect(steps.seen).toEqual(['call 0 @3', 'call 0 @3'])
    expect(steps.playback.report().stalls).toBe(0)
  })

  test('that sets a new timer gets it when it is due by the time of the take', async () => {
    const steps = new Steps(
      playbackOf(
        [20],
        [
          ['timer', 0, 20],
          ['call', 0, 40],
        ],
      ),
    )
    steps.timer('new 5', 5)
    steps.timer('old 20', 20)
    steps.timer('new 30', 30)
    await steps.call(0)
    expect(steps.seen).toEqual(['new 5 @5', 'old 20 @20', 'new 30 @30', 'call 0 @40'])
  })

  test('that sleeps longer than it did sleeps that long, and is not waited for', async () => {
    const steps = new Steps(
      playbackOf(
        [100],
        [
          ['timer', 0, 100],
          ['call', 0, 110],
        ],
      ),
    )
    await steps.fired('sleep', 200)
    await steps.call(0)
    expect(steps.seen).toEqual(['sleep @200', 'call 0 @200'])
    expect(steps.playback.report().diverged.length).toBeGreaterThan(0)
  })

  test('that sleeps in a loop beyond the log stalls once', async () => {
    const steps = new Steps(playbackOf([], [['call', 0, 1]]))
    for (let turn = 1; turn <= 5; turn++) await steps.fired(`sleep ${turn}`, 1000)
    expect(steps.seen.at(-1)).toBe('sleep 5 @5000')
    expect(steps.playback.report().stalls).toBe(1)
  })

  test('a time limit fires when nothing else comes', async () => {
    const steps = new Steps(playbackOf([5], [['call', 0, 3]]))
    await steps.fired('limit', 5)
    expect(steps.seen).toEqual(['limit @0'])
  })
})

describe('the end of a take', () => {
  test('makes the timers that are left native ones, and delivers what waits', async () => {
    const steps = new Steps(
      playbackOf(
        [7, 30],
        [
          ['call', 0, 5],
          ['call', 1, 6],
          ['timer', 0, 7],
          ['timer', 1, 30],
        ],
      ),
    )
    const second = steps.fired('b', 30)
    const first = steps.fired('a', 7)
    const waiting = steps.call(1)
    steps.playback.timeline.close()
    await Promise.all([first, second, waiting])
    expect(steps.seen.map((line) => line.split(' @')[0])).toEqual(['call 1', 'a', 'b'])
    expect(steps.timer('after', 1), 'later ones are native').toBeUndefined()
  })

  test('a callback that throws does not hold up the rest', async () => {
    const steps = new Steps(
      playbackOf(
        [1, 2],
        [
          ['timer', 0, 1],
          ['timer', 1, 2],
        ],
      ),
    )
    const caught = new Promise<unknown>((resolve) => {
      const listeners = process.listeners('uncaughtException')
      process.removeAllListeners('uncaughtException')
      process.once('uncaughtException', (error) => {
        for (const listener of listeners) process.on('uncaughtException', listener)
        resolve(error.message)
      })
    })
    steps.playback.timeline.timer(
      1,
      false,
      () => {
        throw new Error('of the app')
      },
      playbackOf,
    )
    const second = steps.fired('second', 2)
    expect(await caught).toBe('of the app')
    await second
    expect(steps.seen).toEqual(['second @2'])
  })
})

test('a timeline with native timers leaves them alone, and notes where the log says they fired', async () => {
  const segments: Segment[] = [
    { token: undefined, draws: [{ kind: 'timer', size: 0, values: [5] }] },
    { token: { kind: 'timer', id: 0, part: 0, at: 5 }, draws: [{ kind: 'uuid', size: 0, values: ['a'] }] },
    { token: { kind: 'call', id: 0, part: 0, at: 9 }, draws: [{ kind: 'uuid', size: 0, values: ['b'] }] },
  ]
  const playback = new TakePlayback(segments, { cassette: 'c', take: 't', startedAt: 0, timers: 'native' })
  const { timeline, draws } = playback
  expect(timeline.timer(5, false, () => {}, playbackOf)).toBeUndefined()
  const fired = timeline.observe(5, false)
  fired()
  expect(draws.text('uuid', () => 'native')).toBe('a')
  await new Promise<void>((resolve) => void timeline.expect({ kind: 'call', id: 0, part: 0 }, resolve))
  expect(draws.text('uuid', () => 'native')).toBe('b')
  expect(playback.report()).toMatchObject({ shifted: 0, exhausted: [], diverged: [] })
})
