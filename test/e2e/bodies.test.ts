import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import net from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { startApp } from '../harness/app-process.ts'
import { send } from '../harness/raw-request.ts'

const app = path.resolve(import.meta.dirname, 'apps/body-app.mjs')
const cassette = mkdtempSync(path.join(tmpdir(), 'retake-bodies-'))
afterAll(() => rmSync(cassette, { recursive: true, force: true }))

const bodies = ['{"n":1,"text":"a"}', '{"n":2}', '{"n":3}', '', 'x'.repeat(300_000)]

/** Sends a request whose body comes in two writes, the second one when the first was read. */
async function sendSlowly(port: number, body: string): Promise<string> {
  const socket = net.connect(port, '127.0.0.1')
  await once(socket, 'connect')
  socket.setNoDelay(true)
  socket.write(`POST /slow HTTP/1.1\r\nHost: here\r\nConnection: close\r\nContent-Length: ${body.length}\r\n\r\n${body.slice(0, 3)}`)
  // A round trip of another connection: the server has read what was written before.
  await send(port, { path: '/between' })
  socket.end(body.slice(3))
  let answer = ''
  for await (const chunk of socket) answer += String(chunk)
  return answer
}

test('handlers that read bodies by events keep their scope, and requests find their takes by their bodies, in any order', async () => {
  const recorder = await startApp({ args: [app], env: { RETAKE_MODE: 'record', RETAKE_CASSETTE: cassette } })
  const recorded = new Map<string, string>()
  for (const body of bodies) recorded.set(body, (await send(recorder.port, { method: 'POST', path: '/', body })).body)
  const slow = await sendSlowly(recorder.port, 'slow body')
  await recorder.stop()
  expect(new Set(recorded.values()).size).toBe(bodies.length)

  const player = await startApp({ args: [app], env: { RETAKE_MODE: 'replay', RETAKE_CASSETTE: cassette, RETAKE_LOG: 'info' } })
  const answerTo = async (body: string): Promise<string> => (await send(player.port, { method: 'POST', path: '/', body })).body
  // The large body does not fit the parser's buffer, so it cannot be compared as a whole: it comes in recorded order.
  for (const body of bodies.slice(0, 4).toReversed()) expect(await answerTo(body)).toBe(recorded.get(body))
  expect(await answerTo('{"text":"a","n":1}')).toBe(recorded.get(bodies[0] ?? ''))
  expect(await sendSlowly(player.port, 'slow body')).toBe(slow)
  await player.stop()
  expect(player.output()).toContain('0 draws exhausted')
})
