import type { Cassette } from '@retake/cassette'
import { compare, type Verdict } from '@retake/comparison'
import type { HttpResponse, Take, TakeAccount } from '@retake/core'
import { describe, expect, test } from 'vitest'
import type { ReplayedTake } from '../../src/replay/replay-takes.ts'
import { RunNoise } from '../../src/replay/run-noise.ts'

const recordedAt = Date.parse('2026-03-01T10:00:00.000Z')
const replayedAt = Date.parse('2026-11-22T16:00:00.000Z')
const uuid = (n: number): string => `5f0c1a2b-3d4e-4f60-8a7b-${String(n).padStart(12, '0')}`

const answer = (body: unknown): HttpResponse => ({
  status: 200,
  reason: 'OK',
  httpVersion: '1.1',
  rawHeaders: ['content-type', 'application/json'],
  body: Buffer.from(JSON.stringify(body)),
})

const quiet: TakeAccount['draws'] = { served: 1, exhausted: [], diverged: [] }
const oneMore: TakeAccount['draws'] = { ...quiet, exhausted: [{ kind: 'uuid', count: 1, after: 'the beginning' }] }
const oneMoreReading: TakeAccount['draws'] = { ...quiet, exhausted: [{ kind: 'date', count: 1, after: 'the beginning' }] }

/** A run over takes that drew one uuid each, `uuid(1)` and so on, and an app that drew `main` while it started. */
function run(main: readonly string[] = []): (take: number, recorded: unknown, replayed: unknown, draws?: TakeAccount['draws']) => Verdict {
  const takeOf = (id: string, values: readonly string[]): Take => ({
    id,
    trigger: { kind: 'process', process: 'server' },
    startedAt: recordedAt,
    durationMs: 5,
    interactions: [],
    segments: [{ token: undefined, draws: [{ kind: 'uuid', size: 0, values }] }],
  })
  const takes = new Map([1, 2, 3].map((n) => [`t-${n}`, takeOf(`t-${n}`, [uuid(n)])]))
  const cassette = {
    sessions: [{ header: { id: 't' } }],
    main: () => takeOf('t-main', main),
    take: (id: string) => takes.get(id),
  } as unknown as Cassette
  const noise = new RunNoise(cassette, [...takes.keys()], (take) => take)
  return (take, recorded, replayed, draws = quiet) => {
    const account: TakeAccount = {
      take: `t-${take}`,
      served: 0,
      missed: [],
      missing: [],
      borrowed: [],
      repeated: [],
      changed: [],
      blocked: [],
      draws,
    }
    const one = { take: takes.get(`t-${take}`), account, sentAt: replayedAt } as unknown as ReplayedTake
    return noise.judged(one, (context) => compare(answer(recorded), answer(replayed), context))
  }
}

test('with draws given back a value that differs is a difference', () => {
  const judged = run()
  expect(judged(1, { id: uuid(1) }, { id: uuid(1) })).toMatchObject({ pass: true })
  expect(judged(1, { id: uuid(1) }, { id: uuid(90) })).toMatchObject({ pass: false, differences: [{ path: 'body.id', class: 'value' }] })
})

describe('code that drew more', () => {
  test('may have another id of the same kind, and says why', () => {
    expect(run()(1, { id: uuid(1), total: 7 }, { id: uuid(90), total: 7 }, oneMore)).toEqual({
      pass: true,
      differences: [],
      more: false,
      tolerated: [
        {
          path: 'body.id',
          class: 'value',
          recorded: `"${uuid(1)}"`,
          replayed: `"${uuid(90)}"`,
          reason: '1 more uuid than recorded, after the beginning',
        },
      ],
    })
  })

  test.each([
    ['empty', ''],
    ['null', null],
    ['shorter', uuid(90).slice(1)],
    ['another kind', '01JD8Z3X5QK7M2N4P6R8S0T1V3'],
    ['no id', 'undefined'],
  ])('but not %s', (_what, id) => {
    expect(run()(1, { id: uuid(1) }, { id }, oneMore).pass).toBe(false)
  })

  test('nor another number, and no other member', () => {
    expect(run()(1, { id: uuid(1), total: 7 }, { id: uuid(90), total: 8 }, oneMore)).toMatchObject({
      pass: false,
      differences: [{ path: 'body.total' }],
      tolerated: [{ path: 'body.id' }],
    })
  })

  test('ids hold together within the take', () => {
    const swapped = run()(
      1,
      { id: uuid(1), line: uuid(5), link: `/x/${uuid(1)}` },
      { id: uuid(90), line: uuid(91), link: `/x/${uuid(91)}` },
      oneMore,
    )
    expect(swapped.pass).toBe(false)
    expect(swapped.differences.map(({ path }) => path)).toContain('body.link')
  })

  test('looking at the clock once more moves times a little, and no ids', () => {
    const at = (ms: number): string => new Date(recordedAt + ms).toISOString()
    const judged = run()
    expect(judged(1, { at: at(3) }, { at: at(20) }, oneMoreReading).pass).toBe(true)
    expect(judged(1, { at: at(3) }, { at: at(3600_000) }, oneMoreReading).pass).toBe(false)
    expect(judged(1, { id: uuid(1) }, { id: uuid(90) }, oneMoreReading).pass).toBe(false)
    expect(judged(1, { at: at(3) }, { at: at(20) }, oneMore).pass).toBe(false)
  })
})

describe('over the takes of a run', () => {
  test('an id stands for one id: collapsed and split ones fail', () => {
    const judged = run()
    expect(judged(1, { id: uuid(1) }, { id: uuid(90) }, oneMore).pass).toBe(true)
    expect(judged(2, { id: uuid(2) }, { id: uuid(90) }, oneMore)).toMatchObject({ pass: false, differences: [{ class: 'reference' }] })
    expect(judged(3, { id: uuid(1) }, { id: uuid(92) }, oneMore)).toMatchObject({ pass: false, differences: [{ class: 'reference' }] })
    expect(judged(3, { id: uuid(1) }, { id: uuid(90) }, oneMore).pass).toBe(true)
  })

  test("another take's id fails, whichever of the two comes first", () => {
    const judged = run()
    expect(judged(1, { id: uuid(1) }, { id: uuid(2) }, oneMore)).toMatchObject({
      pass: false,
      differences: [{ class: 'reference', reason: expect.stringContaining('drawn by the take t-2') as unknown }],
    })
  })
})

test('what was made outside of all takes may be another one, of its kind and by the clock of now', () => {
  const judged = run([uuid(70), new Date(recordedAt + 10).toISOString()])
  const body = { instance: uuid(70), startedAt: new Date(recordedAt + 10).toISOString(), id: uuid(1) }
  const now = { instance: uuid(80), startedAt: new Date(replayedAt + 40).toISOString(), id: uuid(1) }
  expect(judged(1, body, now)).toMatchObject({
    pass: true,
    tolerated: [{ path: 'body.instance', reason: 'it was made outside of all takes' }, { path: 'body.startedAt' }],
  })
  expect(judged(2, { ...body, id: uuid(2) }, { ...now, instance: uuid(81), id: uuid(2) }).pass).toBe(false)
  expect(judged(3, body, { ...now, startedAt: new Date(replayedAt + 3600_000).toISOString() }).pass).toBe(false)
})
