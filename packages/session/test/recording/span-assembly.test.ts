import type { SpanRecord } from '@retake/core'
import { expect, test } from 'vitest'
import { SpanAssembly } from '../../src/recording/span-assembly.ts'

const span = (start: number, end: number): SpanRecord => ({
  name: 'GET',
  kind: 'client',
  traceId: 'ab'.repeat(16),
  spanId: 'cd'.repeat(8),
  start,
  end,
  attributes: {},
  failed: false,
})

test('times are those of the take', () => {
  const spans = new SpanAssembly()
  spans.add(span(110, 112.5), 100)
  // Ended before it began: the clock of the instrumentation is not ours to trust.
  spans.add(span(120, 119), 100)
  expect(spans.take().spans).toMatchObject([
    { startedAt: 10, durationMs: 2.5 },
    { startedAt: 20, durationMs: 0 },
  ])
})

test('a thousand are kept, with the server span; the others are counted', () => {
  const spans = new SpanAssembly()
  for (let told = 0; told < 1200; told++) {
    if (spans.full) spans.leaveOut()
    else spans.add(span(told, told + 1), 0)
  }
  spans.add(span(0, 2000), 0)
  const first = spans.take()
  expect(first.spans).toHaveLength(1000)
  expect(first.spansLeftOut).toBe(201)
  // Nothing new: nothing to write.
  expect(spans.take()).toEqual({})
  spans.leaveOut()
  expect(spans.take()).toEqual({ spansLeftOut: 202 })
})
