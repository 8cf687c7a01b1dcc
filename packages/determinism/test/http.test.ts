import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { connect } from 'node:net'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { appPath, nodes, Workshop } from './harness/child.ts'

const workshop = new Workshop()
beforeAll(() => workshop.open())
afterAll(() => workshop.close())

const paths = ['/json', '/head', '/raw-head', '/own-date', '/no-date', '/stream', '/cookie']

/** Starts the server, asks for all paths, stops it; @returns the raw bytes of the answers. */
async function serve(mode: 'record' | 'replay', node: string, order: readonly string[]): Promise<{ [path: string]: string }> {
  const child = spawn(node, ['--no-warnings', '--import', pathToFileURL(workshop.preload).href, appPath('server.mjs')], {
    env: { ...process.env, TEST_MODE: mode, TEST_LOG: join(workshop.directory, 'http.json') },
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const [line] = (await once(child.stdout, 'data')) as [Buffer]
  const answers: { [path: string]: string } = {}
  for (const path of order) {
    const socket = connect(Number(line), '127.0.0.1')
    socket.write(`GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`)
    answers[path] = await text(socket)
  }
  child.stdin.end()
  await once(child, 'exit')
  return answers
}

test.each(nodes())('answers are the same byte for byte, on %s', async (node) => {
  const recorded = await serve('record', node, paths)
  expect(recorded['/json']).toMatch(/\r\nDate: .{29}\r\n/)
  expect(recorded['/no-date']).not.toMatch(/\r\nDate: /)
  // A second must have passed, so that a Date header that is not drawn differs.
  const second = Math.floor(Date.now() / 1000)
  while (Math.floor(Date.now() / 1000) === second) await once(spawn(node, ['-e', '0']), 'exit')
  expect(await serve('replay', node, paths)).toEqual(recorded)
  expect(await serve('replay', node, paths.toReversed())).toEqual(recorded)
})
