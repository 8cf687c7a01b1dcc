import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { nodes, Workshop } from './harness/child.ts'

const workshop = new Workshop()
beforeAll(() => workshop.open())
afterAll(() => workshop.close())

describe.each(nodes())('on %s', (node) => {
  test('changed code', async () => {
    const recorded = (await workshop.takes('changed.mjs', 'changed', { mode: 'record', node })).results
    const run = () => workshop.takes('changed.mjs', 'changed', { mode: 'replay', node, env: { APP_VERSION: '2' } })
    const [once, twice] = [await run(), await run()]
    expect(twice.results, 'the same in each run').toEqual(once.results)
    expect(once.results['more draws of other kinds']).toEqual(recorded['more draws of other kinds'])
    const [ids] = once.results['more draws of the same kind'] as [string[]]
    expect(ids.slice(0, 2)).toEqual((recorded['more draws of the same kind'] as [string[]])[0])
    expect(new Set(ids).size).toBe(4)
    expect(once.reports['more draws of the same kind']?.exhausted.map(({ kind, count }) => [kind, count])).toEqual([
      ['uuid', 2],
      ['random', 1],
    ])
    expect(once.results['more sleep']).toEqual([true, true])
    expect(once.reports['less']).toMatchObject({
      stalls: 1,
      diverged: [expect.stringMatching(/^interaction 0 did not come after the beginning; went on with timer 0 \(\d+ ms\)$/)],
    })
  })

  test('a realm of its own', async () => {
    const recorded = await workshop.takes('realm.mjs', 'realm', { mode: 'record', node })
    expect((await workshop.takes('realm.mjs', 'realm', { mode: 'replay', node })).results).toEqual(recorded.results)
  })

  test('fifty takes at once', async () => {
    const recorded = await workshop.takes('crowd.mjs', 'crowd', { mode: 'record', node, order: 'together' })
    for (const order of ['together', 'backward']) {
      const replayed = await workshop.takes('crowd.mjs', 'crowd', { mode: 'replay', node, order })
      expect(replayed.results).toEqual(recorded.results)
      for (const report of Object.values(replayed.reports))
        expect(report).toMatchObject({ exhausted: [], diverged: [], shifted: 0, stalls: 0 })
    }
  })
})
