import { drawKinds, type DrawValue } from '@retake/core'
import { expect, test } from 'vitest'
import { type DrawLog, ObservedDraws, ObservedTimeline, SegmentAssembler } from '../../src/index.ts'

/** A log that puts everything into an assembler at once, and counts its entries. */
function assemblingLog(): DrawLog & { readonly assembler: SegmentAssembler; entries: number; deliveries: number } {
  const draw = (_take: number, kind: number, value: DrawValue): void => {
    log.entries++
    log.assembler.draw(drawKinds[kind]!, value)
  }
  const deliver = (kind: 'timer' | 'job', id: number, part: number): void => {
    log.deliveries++
    log.assembler.deliver({ kind, id, part, at: log.deliveries })
  }
  const log = {
    assembler: new SegmentAssembler(),
    entries: 0,
    deliveries: 0,
    number: draw,
    bigint: draw,
    text: draw,
    bytes: draw,
    again: (_take: number, kind: number, times: number) => {
      log.entries++
      log.assembler.again(drawKinds[kind]!, times)
    },
    timerFired: (_take: number, ordinal: number, part: number) => deliver('timer', ordinal, part),
    jobDelivered: (_take: number, ordinal: number) => deliver('job', ordinal, 0),
    position: () => log.deliveries,
  }
  return log
}

test('a loop that waits for the clock makes few entries, and none spans a delivery', () => {
  const log = assemblingLog()
  const draws = new ObservedDraws(1, log)
  for (let index = 0; index < 300_000; index++) draws.number('date', () => Math.floor(index / 100_000))
  log.timerFired(1, 0, 0)
  draws.number('date', () => 2)
  draws.number('date', () => 2)
  draws.flush()
  draws.flush()
  expect(log.entries).toBe(8)
  expect(log.assembler.take().map(({ draws: runs }) => runs)).toEqual([
    [{ kind: 'date', size: 0, values: [0, 1, 2], times: [100_000, 100_000, 100_000] }],
    [{ kind: 'date', size: 0, values: [2], times: [2] }],
  ])
})

test('what is read after the outcome is told at once: nothing may come afterwards', () => {
  const log = assemblingLog()
  const draws = new ObservedDraws(1, log)
  for (let index = 0; index < 3; index++) draws.number('date', () => 5)
  draws.over()
  for (let index = 0; index < 4; index++) draws.number('date', () => 5)
  expect(log.assembler.take()[0]?.draws).toEqual([{ kind: 'date', size: 0, values: [5], times: [7] }])
  for (let index = 0; index < 100_000; index++) draws.number('date', () => 5)
  expect(log.entries).toBeLessThan(110)
})

test('timers and jobs are numbered in the order in which they were set', () => {
  const log = assemblingLog()
  const timeline = new ObservedTimeline(1, log)
  timeline.observe(10, false)
  const second = timeline.observe(undefined, false)
  const interval = timeline.observe(5, true)
  const deliver = timeline.job('scrypt')
  second()
  interval()
  interval()
  let ran = false
  deliver(() => (ran = true))
  expect(ran).toBe(true)
  const segments = log.assembler.take()
  expect(segments[0]?.draws).toEqual([
    { kind: 'timer', size: 0, values: [10, 0, -5] },
    { kind: 'job', size: 0, values: [3] },
  ])
  expect(segments.slice(1).map(({ token }) => [token?.kind, token?.id, token?.part])).toEqual([
    ['timer', 1, 0],
    ['timer', 2, 0],
    ['timer', 2, 1],
    ['job', 0, 0],
  ])
})
