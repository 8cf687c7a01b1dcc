import fc from 'fast-check'
import { expect, test } from 'vitest'
import { unpackGap } from '../../src/ring/gap.ts'
import { allocateRing, eventKinds, slabSize } from '../../src/ring/ring-layout.ts'
import { RingReader } from '../../src/ring/ring-reader.ts'
import { RingWriter } from '../../src/ring/ring-writer.ts'

interface Seen {
  readonly kind: number
  readonly take: number
  readonly subject: number
  readonly detail: number
  readonly at: number
  readonly payload: string
}

function drain(reader: RingReader): Seen[] {
  const seen: Seen[] = []
  reader.drain(({ kind, take, subject, detail, at, payload }) =>
    seen.push({ kind, take, subject, detail, at, payload: payload.toString('latin1') }),
  )
  return seen
}

test('what goes in comes out, in order, whatever its size and however often the reader looks', () => {
  const event = fc.record({
    take: fc.nat(1000),
    subject: fc.nat(),
    detail: fc.nat(),
    at: fc.double({ noNaN: true }),
    size: fc.oneof(fc.nat(100), fc.nat(200_000)),
    text: fc.boolean(),
    look: fc.boolean(),
  })
  fc.assert(
    fc.property(fc.array(event, { maxLength: 60 }), (events) => {
      const memory = allocateRing(16 * slabSize)
      const writer = new RingWriter(memory)
      const reader = new RingReader(memory)
      const expected: Seen[] = []
      const seen: Seen[] = []
      for (const { take, subject, detail, at, size, text, look } of events) {
        const payload = Buffer.alloc(size, (take % 96) + 32)
        if (text) writer.text(eventKinds.sent, take, subject, detail, at, payload.toString('latin1'), 'latin1')
        else writer.bytes(eventKinds.sent, take, subject, detail, at, payload)
        expected.push({ kind: eventKinds.sent, take, subject, detail, at, payload: payload.toString('latin1') })
        if (look) seen.push(...drain(reader))
      }
      seen.push(...drain(reader))
      expect(seen).toEqual(expected)
      expect(writer.lost).toBe(0)
    }),
    { numRuns: 60 },
  )
})

test('a payload larger than a record comes in one piece', () => {
  const memory = allocateRing(8 * slabSize)
  const writer = new RingWriter(memory)
  const reader = new RingReader(memory)
  const payload = Buffer.from(Array.from({ length: slabSize + 12345 }, (_, index) => index & 255))
  writer.bytes(eventKinds.received, 1, 2, 3, 4, payload)
  const parts: Buffer[] = []
  reader.drain((event) => parts.push(event.payload))
  expect(parts.map((part) => part.equals(payload))).toEqual([true])
})

test('nothing follows a loss but the gap that names whom it concerns', () => {
  const memory = allocateRing(2 * slabSize)
  const writer = new RingWriter(memory)
  const reader = new RingReader(memory)
  for (let index = 0; index < 7; index++) writer.bytes(eventKinds.received, 0, 5, 0, 0, Buffer.alloc(250_000))
  // Too long for what is left: its beginning would fit, its end does not.
  writer.bytes(eventKinds.sent, 7, 6, 0, 0, Buffer.alloc(600_000))
  // These would fit, and would be taken for what comes next.
  writer.mark(eventKinds.responseEnd, 8, 0, 0, 0)
  writer.mark(eventKinds.drawNumber, 9, 6, 1, 0)
  expect(drain(reader).map(({ kind }) => kind)).toEqual(Array.from({ length: 7 }, () => eventKinds.received))
  writer.mark(eventKinds.responseEnd, 10, 0, 0, 0)
  const rest: [number, number][] = []
  reader.drain(({ kind, take, payload }) => {
    rest.push([kind, take])
    if (kind === eventKinds.gap) expect(unpackGap(payload)).toEqual({ takes: [7, 8, 9], connections: [6] })
  })
  expect(rest).toEqual([
    [eventKinds.gap, 0],
    [eventKinds.responseEnd, 10],
  ])
})

test('a full ring loses events, counts them, and says so once there is room', () => {
  const memory = allocateRing(2 * slabSize)
  const writer = new RingWriter(memory)
  const reader = new RingReader(memory)
  const payload = Buffer.alloc(200_000, 1)
  for (let index = 0; index < 20; index++) writer.bytes(eventKinds.received, 1, 2, 3, 4, payload)
  const lost = writer.lost
  expect(lost).toBeGreaterThan(0)
  const before = drain(reader).length
  expect(before + lost).toBe(20)
  writer.mark(eventKinds.sentEnd, 1, 2, 3, 4)
  for (let index = 0; index < 6; index++) writer.bytes(eventKinds.received, 1, 2, 3, 4, payload)
  const kinds = drain(reader).map(({ kind }) => kind)
  expect(kinds.filter((kind) => kind === eventKinds.gap)).toHaveLength(1)
})

test('64-bit values keep every bit', () => {
  const memory = allocateRing(2 * slabSize)
  const writer = new RingWriter(memory)
  const reader = new RingReader(memory)
  writer.markBigint(eventKinds.drawBigint, 1, 2, 1, 2n ** 62n + 12345n)
  const seen: bigint[] = []
  reader.drain((event) => seen.push(event.big))
  expect(seen).toEqual([2n ** 62n + 12345n])
})

test('who wants to notice events is asked before each, until that is enough', () => {
  const memory = allocateRing(4 * slabSize)
  const asked: boolean[] = []
  const writer = new RingWriter(memory, (full) => {
    asked.push(full)
    return asked.length < 3
  })
  const reader = new RingReader(memory)
  for (let take = 1; take <= 5; take++) writer.bytes(eventKinds.sent, take, 0, 0, 0, Buffer.alloc(take * 100))
  expect(asked).toEqual([false, false, false])
  expect(drain(reader).map(({ take, payload }) => [take, payload.length])).toEqual([1, 2, 3, 4, 5].map((take) => [take, take * 100]))
})

test('who wants to notice events is told when the first slab is full', () => {
  const memory = allocateRing(4 * slabSize)
  const asked: boolean[] = []
  const writer = new RingWriter(memory, (full) => {
    asked.push(full)
    return true
  })
  const reader = new RingReader(memory)
  const events = Math.ceil(slabSize / 100_000) + 1
  for (let take = 1; take <= events; take++) writer.bytes(eventKinds.sent, take, 0, 0, 0, Buffer.alloc(100_000))
  expect(asked.indexOf(true)).toBe(asked.length - 1)
  expect(drain(reader)).toHaveLength(events)
  expect(writer.lost).toBe(0)
})
