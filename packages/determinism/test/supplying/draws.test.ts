import type { DrawRun, Segment } from '@retake/core'
import { describe, expect, test } from 'vitest'
import { TakePlayback } from '../../src/index.ts'

const never = (): never => {
  throw new Error('the native source was asked')
}
const run = (kind: DrawRun['kind'], values: DrawRun['values'], times?: readonly number[]): DrawRun =>
  times === undefined ? { kind, size: kind === 'bytes' ? (values[0] as Uint8Array).length : 0, values } : { kind, size: 0, values, times }
const options = { cassette: 'c', take: 't', startedAt: 1000 }
const call = (id: number, at: number, part = 0) => ({ kind: 'call', id, part, at }) as const

/** Plays until a delivery of these calls has come. */
async function deliver(playback: TakePlayback, ...ids: number[]): Promise<void> {
  for (const id of ids) await new Promise<void>((resolve) => void playback.timeline.expect({ kind: 'call', id, part: 0 }, resolve))
}

describe('draws', () => {
  test('come by place, kind and size, in order', async () => {
    const segments: Segment[] = [
      { token: undefined, draws: [run('random', [0.1, 0.2]), run('bytes', [Uint8Array.of(1, 2)]), run('bytes', [Uint8Array.of(3)])] },
      { token: call(0, 5), draws: [run('random', [0.3]), run('uuid', ['u'])] },
    ]
    const playback = new TakePlayback(segments, options)
    expect([...playback.draws.bytes('bytes', 1, never)]).toEqual([3])
    expect(playback.draws.number('random')).toBe(0.1)
    await deliver(playback, 0)
    expect(playback.draws.number('random')).toBe(0.3)
    expect(playback.draws.text('uuid', never)).toBe('u')
    expect(playback.report()).toMatchObject({ served: 4, shifted: 0, exhausted: [] })
  })

  test('of code that draws elsewhere than it did come from the first unused', async () => {
    const segments: Segment[] = [
      { token: undefined, draws: [run('uuid', ['a', 'b'])] },
      { token: call(0, 5), draws: [run('uuid', ['c'])] },
    ]
    const playback = new TakePlayback(segments, options)
    expect(playback.draws.text('uuid', never)).toBe('a')
    await deliver(playback, 0)
    expect([playback.draws.text('uuid', never), playback.draws.text('uuid', never)]).toEqual(['c', 'b'])
    expect(playback.report().shifted).toBe(1)
  })

  test('beyond the log are the same in each run, differ between takes, and leave other kinds alone', () => {
    const segments: Segment[] = [{ token: undefined, draws: [run('random', [0.5]), run('int', [7])] }]
    const draw = (take: string): unknown[] => {
      const { draws } = new TakePlayback(segments, { ...options, take })
      const beyond = [
        draws.text('uuid', never),
        draws.text('uuid', never),
        Buffer.from(draws.bytes('bytes', 9, never)).toString('hex'),
        draws.text('id', () => 'Zb-90_x'),
      ]
      return [...beyond, draws.number('random'), draws.number('int'), draws.number('random')]
    }
    expect(draw('t')).toEqual(draw('t'))
    expect(draw('t').slice(0, 4)).not.toEqual(draw('other').slice(0, 4))
    expect(draw('t')[0]).toMatch(/^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/)
    expect(draw('t')[3]).toMatch(/^[A-Z][a-z]-\d{2}_[a-z]$/)
    expect(draw('t').slice(4, 6)).toEqual([0.5, 7])
    const { draws, ...playback } = new TakePlayback(segments, options)
    void playback
    draws.text('uuid', never)
    const again = new TakePlayback(segments, options)
    again.draws.text('uuid', never)
    again.draws.text('uuid', never)
    expect(again.report().exhausted).toEqual([{ kind: 'uuid', count: 2, after: 'the beginning' }])
  })

  test('belong to the caller', () => {
    const playback = new TakePlayback([{ token: undefined, draws: [run('bytes', [Uint8Array.of(1, 2), Uint8Array.of(1, 2)])] }], options)
    playback.draws.bytes('bytes', 2, never).fill(0)
    expect([...playback.draws.bytes('bytes', 2, never)]).toEqual([1, 2])
    expect(playback.drawn.map(({ value }) => [...(value as Uint8Array)])).toEqual([
      [1, 2],
      [1, 2],
    ])
  })

  test('of pieces that came in one read are one pool', async () => {
    const segments: Segment[] = [
      { token: undefined, draws: [] },
      { token: call(0, 5), draws: [] },
      { token: call(0, 5, 1), draws: [] },
      { token: call(1, 5), draws: [run('uuid', ['a', 'b'])] },
    ]
    const playback = new TakePlayback(segments, options)
    const order: string[] = []
    await new Promise<void>((resolve) => {
      const { timeline, draws } = playback
      timeline.expect({ kind: 'call', id: 0, part: 0 }, () => order.push(draws.text('uuid', never)))
      timeline.expect({ kind: 'call', id: 0, part: 1 }, () => order.push('ending'))
      queueMicrotask(() => order.push('microtask before'))
      timeline.expect({ kind: 'call', id: 1, part: 0 }, () => {
        order.push(draws.text('uuid', never))
        resolve()
      })
    })
    expect(order).toEqual(['microtask before', 'a', 'ending', 'b'])
    expect(playback.report().shifted).toBe(0)
  })
})

describe('clocks', () => {
  test('a place where a clock was not read shows when it was delivered', async () => {
    const segments: Segment[] = [
      { token: undefined, draws: [run('date', [1000, 1003], [2, 1]), run('performance', [50])] },
      { token: call(0, 20), draws: [] },
      { token: call(1, 30.5), draws: [run('date', [1031])] },
    ]
    const playback = new TakePlayback(segments, options)
    const { draws } = playback
    expect([1, 2, 3].map(() => draws.number('date'))).toEqual([1000, 1000, 1003])
    await deliver(playback, 0)
    expect(draws.number('date')).toBe(1020)
    expect(draws.number('performance')).toBeCloseTo(70, 1)
    expect(draws.number('uptime')).toBeCloseTo(0.02, 3)
    expect(Number(draws.bigint('hrtime'))).toBeCloseTo(20e6, -5)
    await deliver(playback, 1)
    expect(draws.number('date')).toBe(1031)
  })

  test('a loop that waits for a clock ends, and no reading is earlier than one before it', async () => {
    const segments: Segment[] = [
      { token: undefined, draws: [run('date', [1000])] },
      { token: call(0, 4), draws: [run('date', [1004])] },
    ]
    const playback = new TakePlayback(segments, options)
    const { draws } = playback
    let last = 0
    let readings = 0
    while (last < 61_000) {
      const now = draws.number('date')
      expect(now).toBeGreaterThanOrEqual(last)
      last = now
      readings++
    }
    expect(readings).toBeLessThan(20_000)
    await deliver(playback, 0)
    expect(draws.number('date')).toBe(61_000)
    expect(draws.number('date')).toBe(61_000)
  })

  test('a clock that was set back while recording is set back again', () => {
    const { draws } = new TakePlayback([{ token: undefined, draws: [run('date', [1000, 900])] }], options)
    expect([draws.number('date'), draws.number('date')]).toEqual([1000, 900])
  })

  test('one that was never read starts where the session says', () => {
    const { draws } = new TakePlayback([{ token: undefined, draws: [] }], { ...options, startedAt: 5000, sessionStartedAt: 1000 })
    expect(draws.number('date')).toBe(5000)
    expect(draws.number('performance')).toBeCloseTo(4000, 0)
    expect(draws.number('time-origin')).toBeCloseTo(1000, 0)
    expect(draws.text('http-date', never)).toBe('Thu, 01 Jan 1970 00:00:05 GMT')
  })
})
