import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { nodes, Workshop } from './harness/child.ts'

const workshop = new Workshop()
beforeAll(() => workshop.open())
afterAll(() => workshop.close())
const env = { TEST_ON_REQUEST: '1' }

describe.each(nodes())('on %s', (node) => {
  test('generated keys and what the machine gives are the same when they were asked for, in any order', async () => {
    const recorded = await workshop.takes('keys.mjs', 'keys', { mode: 'record', node, env })
    for (const order of ['forward', 'backward', 'together', ...Object.keys(recorded.results).map((name) => `only:${name}`)]) {
      const replayed = await workshop.takes('keys.mjs', 'keys', { mode: 'replay', node, order, env })
      const expected = order.startsWith('only:') ? { [order.slice(5)]: recorded.results[order.slice(5)] } : recorded.results
      expect(replayed.results, order).toEqual(expected)
      for (const [name, report] of Object.entries(replayed.reports)) {
        expect({ name, ...report }).toMatchObject({ name, exhausted: [], withheld: [], diverged: [], shifted: 0, stalls: 0 })
      }
    }
  })

  test('otherwise the log has no key, and the report says where one was generated', async () => {
    const recorded = await workshop.takes('keys.mjs', 'no-keys', { mode: 'record', node })
    const replayed = await workshop.takes('keys.mjs', 'no-keys', { mode: 'replay', node })
    expect(replayed.results['key pairs']).not.toEqual(recorded.results['key pairs'])
    expect(replayed.reports['key pairs']).toMatchObject({ exhausted: [], diverged: [], shifted: 0, stalls: 0 })
    const withheld = replayed.reports['key pairs']?.withheld ?? []
    expect(withheld.map(({ kind }) => kind)).toContain('key')
    expect(withheld.reduce((sum, { count }) => sum + count, 0)).toBe(13)
  })
})
