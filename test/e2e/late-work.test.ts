import { afterEach, beforeEach, expect, test } from 'vitest'
import { CliSession } from './cli-session.ts'

let session: CliSession
beforeEach(async () => {
  session = await CliSession.open()
})
afterEach(() => session[Symbol.asyncDispose]())

/** One connection for everybody, and a note for the audit once the response is on its way: as a listener of an event writes it. */
const app = `
  import { createServer } from 'node:http'
  let last = Promise.resolve()
  const inTurn = (work) => (last = last.then(work, work))
  const ask = async (path, method = 'GET') => (await fetch(process.env.UPSTREAM_URL + path, { method })).json()
  const rounds = process.env.RETAKE_MODE === 'replay' ? 1e8 : 0
  const compute = () => { for (let left = rounds; left > 0; left--) Math.sqrt(left) }
  const server = createServer(async ({ url }, response) => {
    const answer = await inTurn(async () => { compute(); return ask(url) })
    response.end(JSON.stringify(answer))
    if (process.env.AUDIT !== 'none') setImmediate(() => inTurn(() => ask('/audit', 'POST')))
  })
  server.listen(0, '127.0.0.1', () => console.log('listening on ' + server.address().port))
  process.on('SIGINT', () => { server.close(); server.closeAllConnections() })
`

async function record(targets: readonly string[]): Promise<void> {
  const recording = session.start(['record', '--', 'node', session.write('app.mjs', app)])
  const port = await recording.printed(/listening on (\d+)/)
  for (const target of targets) await (await fetch(`http://127.0.0.1:${port}${target}`)).json()
  recording.signal('SIGINT')
  expect((await recording.ended).stderr).toContain(`recorded ${targets.length} takes and ${2 * targets.length} calls`)
  await session.stopUpstream()
}

const targets = Array.from({ length: 8 }, (_, number) => `/${number}`)

test('what a take does after its response is waited for while others hold what it needs, and use the processor', async () => {
  await record(targets)
  const { exitCode, stdout } = await session.run(['replay', '--concurrency', '8'])
  expect(stdout).toContain('Takes  8 passed')
  expect(exitCode).toBe(0)
})

test('what is not done any more is missing all the same, in each take', async () => {
  await record(targets)
  const { exitCode, stdout } = await session.run(['replay', '--concurrency', '8', '--json'], { AUDIT: 'none' })
  expect(exitCode).toBe(1)
  const { takes } = JSON.parse(stdout) as { takes: { calls: { missing: object[] } }[] }
  expect(takes.map(({ calls }) => calls.missing.length)).toEqual(targets.map(() => 1))
})
