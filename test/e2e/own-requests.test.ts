import { expect, test } from 'vitest'
import { ChangedApp } from './changed-app.ts'

// An app that sends requests to itself: they are takes, replayed with the one that sends them, and with nothing else.

const handler = (inner: string): string => `
  if (request.url === '/inner') {
    globalThis.count = (globalThis.count ?? 0) + 1
    return { count: globalThis.count, id: crypto.randomUUID(), at: Date.now(), answer: await ask(${JSON.stringify(inner)}) }
  }
  const self = 'http://127.0.0.1:' + request.socket.localPort + '/inner'
  return Promise.all([1, 2, 3, 4].map(async () => (await fetch(self)).json()))
`

test('four equal requests at once get the draws and answers that they had, and are sent once', async () => {
  await using app = await ChangedApp.record(handler('/stock'))
  const { exitCode, stdout } = await app.command(handler('/stock'), ['--json'])
  const { takes } = JSON.parse(stdout) as { takes: readonly { pass: boolean; target: string; calls?: { served: number } }[] }
  expect(takes).toMatchObject([{ pass: true, target: '/', calls: { served: 4 } }])
  expect(exitCode).toBe(0)
})

test('what they call in another way fails the take that sends them', async () => {
  await using app = await ChangedApp.record(handler('/stock'))
  const take = await app.replay(handler('/price'))
  expect(take).toMatchObject({ exitCode: 1, pass: false })
  expect(take.calls?.missed).toHaveLength(4)
  expect(take.calls?.missed[0]?.label).toContain('/price')
})
