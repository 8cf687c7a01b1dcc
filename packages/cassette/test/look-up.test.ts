import { deepStrictEqual } from 'node:assert'
import { copyFileSync, mkdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { CassetteWriter, openCassette } from '../src/index.ts'
import { httpCall, sampleCounts, sampleHeader, sampleKeys, sampleTake } from './sample-session.ts'
import { scratchPlace } from './scratch-place.ts'

const directory = scratchPlace()
const many = 3000

describe.each(['finished', 'not finished'])('a cassette with thousands of takes, %s', (state) => {
  const place = join(directory, `${state.replace(' ', '-')}.retake`)
  const writer = CassetteWriter.create(place, sampleHeader)
  for (let number = 1; number <= many; number++) {
    const take = sampleTake(number)
    writer.append(take, { trigger: `trigger ${number % 1000}`, calls: [...sampleKeys(take).calls.slice(0, 2), `call ${number}`] })
    if (number % 37 === 0) writer.flush()
  }
  if (state === 'finished') writer.close(sampleCounts)
  else writer.flush()

  it('finds takes by id, trigger, trace and call', () => {
    using cassette = openCassette(place)
    expect(cassette.takeCount).toBe(many)
    for (const number of [1, 2, 999, 1000, 1500, many]) {
      const id = `${sampleHeader.id}-${number}`
      deepStrictEqual(cassette.take(id), sampleTake(number))
      expect(cassette.callsByKey(`call ${number}`)).toEqual([{ takeId: id, interaction: 2 }])
      expect(cassette.takeByTrace(sampleTake(number).traceId as string)?.id).toBe(id)
    }
    expect(cassette.takesByTrigger('trigger 7').map(({ id }) => id)).toEqual(
      [7, 1007, 2007].map((number) => `${sampleHeader.id}-${number}`),
    )
    const shared = cassette.callsByKey(sampleKeys(sampleTake(3)).calls[0] as string)
    // Order 3 is asked for by every 50th take as its first call, and by the take before it as its second.
    expect(shared).toHaveLength((many / 50) * 2)
    expect(shared.slice(0, 2)).toEqual([
      { takeId: `${sampleHeader.id}-2`, interaction: 1 },
      { takeId: `${sampleHeader.id}-3`, interaction: 0 },
    ])
  })

  it('finds nothing that is not there', () => {
    using cassette = openCassette(place)
    expect(cassette.callsByKey('call 0')).toEqual([])
    expect(cassette.takesByTrigger('trigger')).toEqual([])
    expect(cassette.takeByTrace('00')).toBeUndefined()
    expect(cassette.main(sampleHeader.id)).toBeUndefined()
    expect(cassette.summary('x')).toBeUndefined()
    for (const id of ['', `${sampleHeader.id}-0`, `${sampleHeader.id}-01`, `${sampleHeader.id}-${many + 1}`, `${sampleHeader.id}-1e3`]) {
      expect(() => cassette.take(id)).toThrow(expect.objectContaining({ code: 'RETAKE_TAKE_UNKNOWN' }))
    }
  })

  it('lists summaries in recorded order', () => {
    using cassette = openCassette(place)
    const summaries = [...cassette.takes]
    expect(summaries.map(({ id }) => id)).toEqual(Array.from({ length: many }, (_, index) => `${sampleHeader.id}-${index + 1}`))
    expect(summaries[4]).toEqual({
      id: `${sampleHeader.id}-5`,
      sessionId: sampleHeader.id,
      kind: 'http',
      method: 'GET',
      target: '/orders/5?currency=EUR',
      status: 200,
      startedAt: sampleTake(5).startedAt,
      durationMs: 12.5,
      calls: 3,
      traceId: sampleTake(5).traceId,
    })
  })
})

describe('a directory', () => {
  it('is read as the sessions of all its files, whoever wrote them', () => {
    const place = join(directory, 'two')
    for (const [id, offset] of [
      ['bbbbbbbb', 0],
      ['aaaaaaaa', 10],
    ] as const) {
      const writer = CassetteWriter.create(place, { ...sampleHeader, id, startedAt: sampleHeader.startedAt + offset, pid: 10 + offset })
      for (const number of [1, 2]) {
        writer.append(
          { ...sampleTake(number), id: `${id}-${number}`, startedAt: sampleTake(number).startedAt + offset },
          { trigger: 'same', calls: [] },
        )
      }
      writer.fact('postgres', 'db', 'version', id)
      writer.close(sampleCounts)
    }
    writeFileSync(join(place, 'notes.txt'), 'no cassette')
    copyFileSync(join(place, 'aaaaaaaa-20.retake'), join(place, 'copy.retake'))
    using cassette = openCassette(place)
    expect(cassette.sessions.map(({ header }) => header.id)).toEqual(['bbbbbbbb', 'aaaaaaaa'])
    expect(cassette.sessions[0]?.counts).toEqual(sampleCounts)
    const order = ['bbbbbbbb-1', 'aaaaaaaa-1', 'bbbbbbbb-2', 'aaaaaaaa-2']
    expect([...cassette.takes].map(({ id }) => id)).toEqual(order)
    expect(cassette.takesByTrigger('same').map(({ id }) => id)).toEqual(order)
    expect(cassette.take('aaaaaaaa-2').id).toBe('aaaaaaaa-2')
    expect(cassette.facts('postgres', 'db')).toEqual(Object.assign(Object.create(null), { version: 'bbbbbbbb' }))
    expect(cassette.warnings).toEqual([expect.stringContaining('copy.retake holds the same session')])
  })

  it('never lets the name of a session act as a path', () => {
    const place = join(directory, 'names')
    mkdirSync(place)
    const writer = CassetteWriter.create(place, { ...sampleHeader, id: '../../escaped' })
    writer.close(sampleCounts)
    using cassette = openCassette(place)
    expect(cassette.sessions[0]?.file.startsWith(place)).toBe(true)
    expect(cassette.sessions[0]?.header.id).toBe('../../escaped')
  })
})

it('keeps 5,000 calls with 200 distinct 2 KB bodies in 0.2 MB', () => {
  const place = join(directory, 'size.retake')
  const writer = CassetteWriter.create(place, sampleHeader)
  const step = 200
  for (let from = 0; from < 5000; from += step) {
    const interactions = Array.from({ length: step }, (_, index) => httpCall(from + index, index, (from + index) * 1.037))
    const segments = interactions.map(({ id, startedAt }) => ({
      token: { kind: 'call' as const, id, part: 0, at: startedAt + 1.3 },
      draws: [],
    }))
    const keys = { calls: interactions.map(({ call }) => call.label) }
    const trigger = { kind: 'process', process: 'script' } as const
    if (from === 0) writer.append({ id: `${sampleHeader.id}-main`, trigger, startedAt: 0, durationMs: 0, interactions, segments }, keys)
    else writer.increment(`${sampleHeader.id}-main`, { interactions, segments, durationMs: from }, keys)
    writer.flush()
  }
  writer.close(sampleCounts)
  expect(statSync(place).size).toBeLessThanOrEqual(200_000)
  using cassette = openCassette(place)
  expect(cassette.main(sampleHeader.id)?.interactions).toHaveLength(5000)
})
