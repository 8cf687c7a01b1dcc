import { pathToFileURL, fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { appPath, nodes, Workshop } from './harness/child.ts'

const workshop = new Workshop()
beforeAll(() => workshop.open())
afterAll(() => workshop.close())

describe.each(nodes())('on %s', (node) => {
  test('patched functions look like the native ones', async () => {
    const natively = await workshop.takes('facts.mjs', 'facts', { mode: 'natively', node })
    const recorded = await workshop.takes('facts.mjs', 'facts', { mode: 'record', node })
    const replayed = await workshop.takes('facts.mjs', 'facts', { mode: 'replay', node })
    expect(recorded.results).toEqual(natively.results)
    expect(replayed.results).toEqual(natively.results)
  })

  test('everything can be taken back', async () => {
    const natives = pathToFileURL(fileURLToPath(new URL('harness/natives.mjs', import.meta.url))).href
    const output = JSON.parse(
      await workshop.script(appPath('undo.mjs'), [], 'undo', { mode: 'record', node, nodeArgs: ['--import', natives] }),
    ) as unknown
    expect(output).toEqual({ during: expect.any(Number), after: [] })
    expect((output as { during: number }).during).toBeGreaterThan(100)
  })

  test('infrastructure draws nothing, and the boundary of a form is drawn', async () => {
    const calls = await workshop.takes('muting.mjs', 'muting', { mode: 'record', node, order: 'only:fetch and http' })
    expect(calls.drawn).toEqual({})
    const idle = await workshop.takes('muting.mjs', 'idle', { mode: 'record', node, order: 'only:connections that idle' })
    expect(idle.drawn).toEqual({ 'http-date': 2 })
    const closed = await workshop.takes('muting.mjs', 'idle', { mode: 'replay', node, order: 'only:connections that idle' })
    expect(closed.results).toEqual(idle.results)
    expect(closed.reports['connections that idle']).toMatchObject({ diverged: [], stalls: 0 })
    const form = await workshop.takes('muting.mjs', 'form', { mode: 'record', node, order: 'only:a form' })
    expect(form.drawn).toEqual({ int: 2 })
    const replayed = await workshop.takes('muting.mjs', 'form', { mode: 'replay', node, order: 'only:a form' })
    expect(replayed.results).toEqual(form.results)
  })
})
