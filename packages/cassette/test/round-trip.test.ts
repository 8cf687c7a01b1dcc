import type { Take } from '@retake/core'
import fc from 'fast-check'
import { deepStrictEqual } from 'node:assert'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { CassetteWriter, openCassette } from '../src/index.ts'
import { fieldValue, interactions, plain, segments, spans, takeBody, trigger } from './arbitrary-take.ts'
import { sampleCounts, sampleHeader, sampleKeys, sampleTake } from './sample-session.ts'
import { scratchPlace } from './scratch-place.ts'

const directory = scratchPlace()
let files = 0
const newPlace = (): string => join(directory, `${++files}.retake`)

describe('a take', () => {
  it('comes back as it went in, whatever is in it, finished or not', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(takeBody, fc.boolean()), { minLength: 1, maxLength: 6 }), fc.boolean(), (bodies, close) => {
        const place = newPlace()
        const takes = bodies.map(([body], number): Take => ({ id: `${sampleHeader.id}-${number + 1}`, ...body }))
        const writer = CassetteWriter.create(place, sampleHeader)
        takes.forEach((take, index) => {
          writer.append(take, sampleKeys(take))
          if (bodies[index]?.[1] === true) writer.flush()
        })
        writer.flush()
        if (close) writer.close(sampleCounts)
        using cassette = openCassette(place)
        for (const take of takes) deepStrictEqual(cassette.take(take.id), take)
        expect(cassette.warnings).toHaveLength(close ? 0 : 1)
        expect([...cassette.takes].map(({ id }) => id)).toEqual(takes.map(({ id }) => id))
        writer.discard()
      }),
      { numRuns: 150 },
    )
  })

  it('comes back also where its parts are the same objects as those of takes before, in this batch and in others', () => {
    fc.assert(
      fc.property(takeBody, fc.array(fc.boolean(), { minLength: 2, maxLength: 6 }), (body, flushes) => {
        const place = newPlace()
        const writer = CassetteWriter.create(place, sampleHeader)
        const takes = flushes.map((_, number): Take => ({ id: `${sampleHeader.id}-${number + 1}`, ...body }))
        takes.forEach((take, index) => {
          writer.append(take, sampleKeys(take))
          if (flushes[index] === true) writer.flush()
        })
        writer.close(sampleCounts)
        using cassette = openCassette(place)
        for (const take of takes) deepStrictEqual(cassette.take(take.id), take)
      }),
      { numRuns: 100 },
    )
  })

  it('gains what is added later', () => {
    const increment = plain(
      { interactions, segments, durationMs: fc.nat(), trigger, spans, spansLeftOut: fc.nat() },
      { requiredKeys: ['interactions', 'segments', 'durationMs'] },
    )
    fc.assert(
      fc.property(takeBody, fc.array(fc.tuple(increment, fc.boolean()), { maxLength: 4 }), (body, increments) => {
        const place = newPlace()
        const writer = CassetteWriter.create(place, sampleHeader)
        const take: Take = { id: `${sampleHeader.id}-main`, ...body }
        writer.append(take, sampleKeys(take))
        writer.append(sampleTake(1), sampleKeys(sampleTake(1)))
        const byId = new Map(take.interactions.map((interaction) => [interaction.id, interaction]))
        for (const [added, flush] of increments) {
          writer.increment(take.id, added, { calls: added.interactions.map(({ id }) => `later ${id}`) })
          for (const interaction of added.interactions) byId.set(interaction.id, interaction)
          if (flush) writer.flush()
        }
        writer.close(sampleCounts)
        using cassette = openCassette(place)
        const expected = {
          ...take,
          trigger: increments.findLast(([added]) => added.trigger !== undefined)?.[0].trigger ?? take.trigger,
          durationMs: increments.at(-1)?.[0].durationMs ?? take.durationMs,
          interactions: [...byId.values()],
          segments: [...take.segments, ...increments.flatMap(([added]) => added.segments)],
        }
        const all = [take, ...increments.map(([added]) => added)]
        const spansOf = all.flatMap((each) => each.spans ?? [])
        const leftOut = all.findLast((each) => each.spansLeftOut !== undefined)?.spansLeftOut
        const { spans: _spans, spansLeftOut: _leftOut, ...rest } = expected
        const { spans: found = [], spansLeftOut, ...main } = cassette.main(sampleHeader.id) as Take
        deepStrictEqual(main, rest)
        deepStrictEqual({ found, spansLeftOut }, { found: spansOf, spansLeftOut: leftOut })
        expect(cassette.summary(take.id)?.calls).toBe(byId.size)
        const later = new Set(increments.flatMap(([added]) => added.interactions.map(({ id }) => id)))
        for (const id of later) expect(cassette.callsByKey(`later ${id}`)).toEqual([{ takeId: take.id, interaction: id }])
      }),
      { numRuns: 100 },
    )
  })

  it('keeps undefined and bigint, which core does not promise, and refuses what nothing can keep', () => {
    const place = newPlace()
    const writer = CassetteWriter.create(place, sampleHeader)
    const [interaction] = sampleTake(1).interactions
    const withFields = (fields: unknown): Take =>
      ({ ...sampleTake(1), interactions: [{ ...interaction, call: { ...interaction?.call, fields } }] }) as unknown as Take
    const odd = withFields({ nothing: undefined, list: [undefined], big: -(2n ** 80n), bytes: new Uint8Array(3) })
    writer.append(odd, { calls: [] })
    let deep: unknown = 1
    for (let depth = 0; depth < 600; depth++) deep = [deep]
    for (const wrong of [{ when: new Date(0) }, { run: () => 0 }, { symbol: Symbol('s') }, { map: new Map() }, { deep }]) {
      expect(() => writer.append(withFields(wrong), { calls: [] })).toThrow(expect.objectContaining({ code: 'RETAKE_CASSETTE_UNWRITABLE' }))
    }
    writer.append({ ...sampleTake(2), id: 'after' }, { calls: [] })
    writer.close(sampleCounts)
    using cassette = openCassette(place)
    deepStrictEqual(cassette.take(odd.id), odd)
    expect([...cassette.takes].map(({ id }) => id)).toEqual([odd.id, 'after'])
  })

  it('gives bytes that may be written to', () => {
    const place = newPlace()
    const writer = CassetteWriter.create(place, sampleHeader)
    writer.append(sampleTake(1), { calls: [] })
    writer.close(sampleCounts)
    using cassette = openCassette(place)
    const { trigger: first } = cassette.take(sampleTake(1).id)
    if (first.kind === 'http') first.response?.body.fill(0)
    deepStrictEqual(cassette.take(sampleTake(1).id), sampleTake(1))
  })

  it('gives equal calls, and equal bytes of chunks, as one object', () => {
    const place = newPlace()
    const writer = CassetteWriter.create(place, sampleHeader)
    const bytes = (): Uint8Array => Buffer.from('an answer that is long enough to be kept once')
    const take: Take = {
      ...sampleTake(1),
      interactions: Array.from({ length: 20 }, (_, id) => ({
        id,
        call: { protocol: 'p', target: 't', label: 'l', effect: 'read', fields: { text: 'same' } },
        outcome: { kind: 'stream', chunks: [{ bytes: bytes(), at: id }], ending: { kind: 'complete' }, endedAt: id },
        startedAt: id,
      })),
    }
    writer.append(take, sampleKeys(take))
    writer.close(sampleCounts)
    using cassette = openCassette(place)
    const { interactions: read } = cassette.take(take.id)
    expect(new Set(read.map(({ call }) => call)).size).toBe(1)
    expect(new Set(read.map(({ outcome }) => (outcome.kind === 'stream' ? outcome.chunks[0]?.bytes : undefined))).size).toBe(1)
    expect(cassette.take(take.id).interactions[0]?.call).not.toBe(read[0]?.call)
  })

  it('may have bodies larger than any frame', () => {
    const place = newPlace()
    const writer = CassetteWriter.create(place, sampleHeader)
    const body = new Uint8Array(40 * 1024 * 1024)
    for (let at = 0; at < body.length; at += 1000) body[at] = at
    const take = sampleTake(1)
    if (take.trigger.kind !== 'http') throw new TypeError('a sample is an http take')
    const large: Take = { ...take, trigger: { ...take.trigger, request: { ...take.trigger.request, body } } }
    writer.append(large, { calls: [] })
    writer.flush()
    {
      using torn = openCassette(place)
      expect(Buffer.compare(bodyOf(torn.take(take.id)), body)).toBe(0)
    }
    writer.close(sampleCounts)
    using cassette = openCassette(place)
    expect(Buffer.compare(bodyOf(cassette.take(take.id)), body)).toBe(0)
  })
})

describe('facts', () => {
  it('are kept once per target and name; the first word counts', () => {
    fc.assert(
      fc.property(fieldValue, fieldValue, (first, second) => {
        const place = newPlace()
        const writer = CassetteWriter.create(place, sampleHeader)
        writer.fact('mysql', 'db:3306', 'greeting', first)
        writer.flush()
        writer.fact('mysql', 'db:3306', 'greeting', second)
        writer.fact('mysql', 'db:3307', '__proto__', second)
        writer.close(sampleCounts)
        using cassette = openCassette(place)
        deepStrictEqual(cassette.facts('mysql', 'db:3306')['greeting'], first)
        deepStrictEqual(Object.keys(cassette.facts('mysql', 'db:3307')), ['__proto__'])
        deepStrictEqual(Object.keys(cassette.facts('mysql', 'elsewhere')), [])
      }),
      { numRuns: 30 },
    )
  })
})

function bodyOf(take: Take): Uint8Array {
  return take.trigger.kind === 'http' ? take.trigger.request.body : new Uint8Array(0)
}
