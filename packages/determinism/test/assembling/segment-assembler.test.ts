import { describe, expect, test } from 'vitest'
import { SegmentAssembler } from '../../src/index.ts'

const call = (id: number, at: number) => ({ kind: 'call', id, part: 0, at }) as const

describe('SegmentAssembler', () => {
  test('a take without draws is one empty segment', () => {
    expect(new SegmentAssembler().take()).toEqual([{ token: undefined, draws: [] }])
  })

  test('draws stand in the segment in which they were made, by kind and size', () => {
    const assembler = new SegmentAssembler()
    assembler.draw('random', 0.1)
    assembler.draw('bytes', Uint8Array.of(1, 2))
    assembler.draw('bytes', Uint8Array.of(3))
    assembler.deliver(call(0, 5))
    assembler.draw('random', 0.2)
    assembler.draw('random', 0.2)
    expect(assembler.take()).toEqual([
      {
        token: undefined,
        draws: [
          { kind: 'random', size: 0, values: [0.1] },
          { kind: 'bytes', size: 2, values: [Uint8Array.of(1, 2)] },
          { kind: 'bytes', size: 1, values: [Uint8Array.of(3)] },
        ],
      },
      { token: call(0, 5), draws: [{ kind: 'random', size: 0, values: [0.2, 0.2] }] },
    ])
  })

  test('a clock is run-length coded, whoever counted', () => {
    const assembler = new SegmentAssembler()
    assembler.draw('date', 1)
    assembler.draw('date', 1)
    assembler.draw('date', 2)
    assembler.again('date', 300_000)
    assembler.draw('date', 1)
    expect(assembler.take()).toEqual([{ token: undefined, draws: [{ kind: 'date', size: 0, values: [1, 2, 1], times: [2, 300_001, 1] }] }])
  })

  test('a count that comes late belongs to the segment of its draw', () => {
    const assembler = new SegmentAssembler()
    assembler.draw('date', 1)
    assembler.deliver(call(0, 1))
    assembler.again('date', 2)
    assembler.draw('date', 1)
    expect(assembler.take().map(({ draws }) => draws)).toEqual([
      [{ kind: 'date', size: 0, values: [1], times: [3] }],
      [{ kind: 'date', size: 0, values: [1] }],
    ])
  })

  test('what comes after segments were handed out adds to them', () => {
    const assembler = new SegmentAssembler()
    assembler.draw('date', 1)
    assembler.deliver(call(0, 1))
    assembler.draw('random', 0.5)
    assembler.take()
    assembler.again('date', 2)
    assembler.draw('random', 0.6)
    assembler.deliver(call(1, 2))
    expect(assembler.take()).toEqual([
      { token: undefined, draws: [{ kind: 'date', size: 0, values: [1], times: [2] }] },
      { token: call(0, 1), draws: [{ kind: 'random', size: 0, values: [0.6] }] },
      { token: call(1, 2), draws: [] },
    ])
    expect(assembler.take()).toEqual([])
  })

  test('bytes are copied', () => {
    const assembler = new SegmentAssembler()
    const bytes = Buffer.from(new SharedArrayBuffer(2))
    assembler.draw('bytes', bytes)
    bytes[0] = 9
    expect(assembler.take()[0]?.draws[0]?.values).toEqual([Uint8Array.of(0, 0)])
  })
})
