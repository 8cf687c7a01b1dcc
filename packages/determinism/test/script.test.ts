import { afterAll, beforeAll, expect, test } from 'vitest'
import { appPath, nodes, Workshop } from './harness/child.ts'

const workshop = new Workshop()
beforeAll(() => workshop.open())
afterAll(() => workshop.close())

test.each(nodes())('a script is one take, on %s', async (node) => {
  const recorded = await workshop.script(appPath('script.mjs'), [], 'script', { mode: 'record', main: true, node })
  for (let run = 0; run < 3; run++) {
    expect(await workshop.script(appPath('script.mjs'), [], 'script', { mode: 'replay', main: true, node })).toBe(recorded)
  }
})
