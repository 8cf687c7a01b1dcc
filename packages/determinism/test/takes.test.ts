import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { nodes, Workshop } from './harness/child.ts'

const workshop = new Workshop()
beforeAll(() => workshop.open())
afterAll(() => workshop.close())

/** Each app is recorded once on each version, and played back in several orders: the output is the same byte for byte. */
describe.each(nodes())('on %s', (node) => {
  test.each(['clocks.mjs', 'randomness.mjs', 'timers.mjs', 'results.mjs', 'libraries.mjs', 'files.mjs', 'entries.mjs'])(
    '%s',
    async (app) => {
      const recorded = await workshop.takes(app, app, { mode: 'record', node })
      for (const order of ['forward', 'backward', 'together', ...Object.keys(recorded.results).map((name) => `only:${name}`)]) {
        const replayed = await workshop.takes(app, app, { mode: 'replay', node, order })
        const expected = order.startsWith('only:') ? { [order.slice(5)]: recorded.results[order.slice(5)] } : recorded.results
        expect(replayed.results, order).toEqual(expected)
        for (const [name, report] of Object.entries(replayed.reports)) {
          expect({ name, ...report }).toMatchObject({ name, exhausted: [], diverged: [], shifted: 0, stalls: 0 })
        }
      }
    },
  )
})

test.each(['timers.mjs', 'results.mjs', 'files.mjs', 'entries.mjs', 'crowd.mjs'])(
  '%s, recorded on one version and played back on the others',
  async (app) => {
    const [first, ...others] = nodes()
    const recorded = await workshop.takes(app, `all-${app}`, { mode: 'record', node: first! })
    for (const node of others)
      expect((await workshop.takes(app, `all-${app}`, { mode: 'replay', node })).results, node).toEqual(recorded.results)
  },
)
