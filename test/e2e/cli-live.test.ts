import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { RunJson } from '@retake/report'
import { CliSession } from './cli-session.ts'

let session: CliSession
beforeEach(async () => {
  session = await CliSession.open()
})
afterEach(() => session[Symbol.asyncDispose]())

/** Two orders are made, and asked for afterwards. */
async function recorded(): Promise<void> {
  const recording = session.start(['record', '--', 'node', session.app('orders-app.mjs')])
  const base = `http://127.0.0.1:${await recording.printed(/listening on (\d+)/)}`
  const made: { id: string }[] = []
  for (let count = 0; count < 2; count++) {
    made.push((await (await fetch(`${base}/orders`, { method: 'POST', body: '{"sku":"tea"}' })).json()) as { id: string })
    // Orders of this run are apart in time, those of the live one are not.
    await fetch(`${base}/orders`).then((response) => response.arrayBuffer())
  }
  for (const { id } of made) await fetch(`${base}/orders/${id}`).then((response) => response.arrayBuffer())
  recording.signal('SIGINT')
  expect(await recording.ended).toMatchObject({ exitCode: 0 })
}

/** Replays against the app as it runs by itself, without Retake. */
async function replayLive(behaviour = 'right'): Promise<RunJson & { readonly exitCode: number | null }> {
  const app = spawn(process.execPath, [session.app('orders-app.mjs')], {
    env: { BEHAVIOUR: behaviour },
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const [printed] = (await once(app.stdout.setEncoding('utf8'), 'data')) as [string]
  const port = /listening on (\d+)/.exec(printed)?.[1]
  const { exitCode, stdout, stderr } = await session.run(['replay', '--url', `http://127.0.0.1:${port}`, '--json'])
  app.kill()
  if (!stdout.startsWith('{')) throw new Error(stderr)
  return { ...(JSON.parse(stdout) as RunJson), exitCode }
}

test('ids and times are those of today, and stand for the recorded ones in every take of the run', async () => {
  await recorded()
  const right = await replayLive()
  expect(right.takes.flatMap(({ reasons }) => reasons)).toEqual([])
  expect(right).toMatchObject({ exitCode: 0, counts: { takes: 6, passed: 6 } })
})

test.each([
  ['swapped', 'body.id', 'reference'],
  ['long', 'body.expiresAt', 'time'],
  ['dear', 'body.total', 'value'],
])('%s: fails at %s', async (behaviour, path, what) => {
  await recorded()
  const wrong = await replayLive(behaviour)
  expect(wrong.exitCode).toBe(1)
  expect(wrong.takes.flatMap(({ differences }) => differences)).toContainEqual(expect.objectContaining({ path, class: what }))
})

test('wrong usage', async () => {
  await recorded()
  for (const words of [
    ['--url', 'http://127.0.0.1:1/path'],
    ['--url', 'http://127.0.0.1:1', '--', 'node', 'app.js'],
    ['--url', 'http://127.0.0.1:1', '--learn'],
  ]) {
    expect(await session.run(['replay', ...words])).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('RETAKE_USAGE') as unknown,
    })
  }
})
