import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { nodeVersions, thisNode } from '../harness/node-versions.ts'
import { type AppForm, serviceFile } from './app-forms.ts'
import { record, type Recording, routes, sendAll } from './recording.ts'

/** Fails with the routes that differ, not with one huge diff. */
function expectIdentical(got: Awaited<ReturnType<typeof sendAll>>, recording: Recording, output: string): void {
  const different = [...got].flatMap(([route, response]) => {
    const recorded = recording.responses.get(route)
    return JSON.stringify(response) === JSON.stringify(recorded) ? [] : [{ route, recorded, response }]
  })
  expect(different, output).toEqual([])
  expect(got.size).toBeGreaterThan(0)
}

describe('recorded once, with every server stopped since', () => {
  let recording: Recording
  beforeAll(async () => {
    recording = await record({ args: [serviceFile('esm')] })
  })
  afterAll(() => recording.remove())

  test('what was recorded is what the service does', () => {
    const failed = [...recording.responses].filter(([, { status }]) => status !== 200)
    expect(failed).toEqual([])
    expect(recording.responses.size).toBe(routes.length)
  })

  const forms: readonly AppForm[] = ['esm', 'cjs']
  for (const node of nodeVersions()) {
    for (const form of forms) {
      test(`Node ${node.name}, ${form}: in order, and in reverse with another pool`, async () => {
        const inOrder = await recording.replay({ node: node.executable, args: [serviceFile(form)] })
        expectIdentical(await sendAll(inOrder.port, routes), recording, inOrder.output())
        await inOrder.stop()
        const reversed = await recording.replay({ node: node.executable, args: [serviceFile(form)], env: { POOL: '2' } })
        expectIdentical(await sendAll(reversed.port, routes.toReversed()), recording, reversed.output())
        await reversed.stop()
      })
    }
  }

  test('20 at a time, ten times over', async () => {
    const app = await recording.replay()
    for (let round = 0; round < 10; round++) expectIdentical(await sendAll(app.port, routes, 20), recording, app.output())
    await app.stop()
    expect(app.output()).toContain(' 0 missed')
  })

  test.each(['/clocks', '/random', '/fetch/many', '/pg/insert', '/pg/cursor', '/postgres'])(
    '%s alone in a fresh process',
    async (route) => {
      const app = await recording.replay()
      expectIdentical(await sendAll(app.port, [route]), recording, app.output())
      await app.stop()
    },
  )
})

describe('forms and Nodes the other way round', () => {
  const newest = nodeVersions().at(-1) ?? thisNode
  const cases: readonly { readonly recorded: AppForm; readonly replayed: AppForm }[] = [
    { recorded: 'cjs', replayed: 'esm' },
    { recorded: 'bundle-cjs', replayed: 'bundle-cjs' },
    { recorded: 'bundle-esm', replayed: 'bundle-esm' },
  ]
  for (const { recorded, replayed } of cases) {
    test(`${recorded} recorded on Node ${newest.name}, ${replayed} replayed on Node ${thisNode.name}`, async () => {
      const recording = await record({ node: newest.executable, args: [serviceFile(recorded)] })
      const app = await recording.replay({ node: thisNode.executable, args: [serviceFile(replayed)] })
      expectIdentical(await sendAll(app.port, routes.toReversed()), recording, app.output())
      await app.stop()
      recording.remove()
    })
  }
})
