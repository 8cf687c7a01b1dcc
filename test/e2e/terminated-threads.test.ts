import { expect, test } from 'vitest'
import { ChangedApp } from './changed-app.ts'

const handler = `
  const { Worker } = await import('node:worker_threads')
  const { once } = await import('node:events')
  const run = async (code) => {
    const worker = new Worker("const { parentPort } = require('worker_threads'); " + code, { eval: true })
    const [message] = await once(worker, 'message')
    return [message, await worker.terminate()]
  }
  return [
    await run("parentPort.postMessage([Math.random(), Date.now(), require('crypto').randomUUID()]); setInterval(() => {}, 1000)"),
    // Never hears that it shall end.
    await run("parentPort.postMessage('busy'); for (;;);"),
  ]
`

test('what a thread drew before it was terminated is recorded', async () => {
  await using app = await ChangedApp.record(handler)
  const take = await app.replay(handler)
  expect(take.recorded).toEqual([
    [[expect.any(Number), expect.any(Number), expect.any(String)], 1],
    ['busy', 1],
  ])
  expect(take).toMatchObject({ pass: true, exitCode: 0 })
})
