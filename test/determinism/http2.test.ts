import { expect, test } from 'vitest'
import { nodeVersions } from '../harness/node-versions.ts'
import { sendHttp2 } from '../harness/raw-http2.ts'
import { record } from './recording.ts'
import { moduleOf, routes, serviceFile } from './service-forms.ts'
import { newerNodes, ofThisNode } from './uncontrolled.ts'

const esm = serviceFile('esm')
const HTTP2 = '1'
const nodes = nodeVersions()
/** What waits and calls, and what only HTTP/2 has: draws are the same over every protocol. */
const modules = ['http2', 'timers', 'upstream']
const different = [...newerNodes, ...ofThisNode]
const paths = routes.filter((route) => modules.includes(moduleOf.get(route) ?? '') && !different.includes(route))
const alone = ['/http2/stream', '/http2/trailers', '/http2/push', '/http2/after']

test('over HTTP/2: in order, all at once on one connection, and in reverse, on every Node; and alone in a fresh process', async () => {
  const env = { HTTP2 }
  const recording = await record({ args: [esm], env }, paths, 1, sendHttp2)
  const failed = [...recording.responses].filter(([, { status }]) => status !== 200 && status !== 201)
  expect(failed).toEqual([])
  const dated = [...recording.responses].filter(([, { rawHeaders }]) => rawHeaders.includes('date'))
  expect(dated.length).toBe(paths.length - 1)
  for (const node of nodes) {
    const app = await recording.replay({ node: node.executable, args: [esm], env })
    expect(await recording.differences(app.port, paths), node.name).toEqual([])
    expect(await recording.differences(app.port, paths, paths.length), node.name).toEqual([])
    expect(await recording.differences(app.port, paths.toReversed()), node.name).toEqual([])
    await app.stop()
  }
  for (const node of nodes) {
    for (const each of alone) {
      const app = await recording.replay({ node: node.executable, args: [esm], env: { ...env, ONLY: 'http2' } })
      expect(await recording.differences(app.port, [each]), node.name).toEqual([])
      await app.stop()
    }
  }
  recording.remove()
}, 300_000)

test('fifty takes on one connection, recorded and replayed: each has its own draws', async () => {
  const env = { HTTP2, ONLY: 'upstream' }
  const many = Array.from({ length: 50 }, (_, n) => `/everything?n=${n}`)
  const recording = await record({ args: [esm], env }, many, 50, sendHttp2)
  expect(new Set([...recording.responses.values()].map(({ body }) => body)).size).toBe(50)
  const app = await recording.replay({ args: [esm], env })
  expect(await recording.differences(app.port, many, 50), app.output()).toEqual([])
  expect(await recording.differences(app.port, many.toReversed(), 7), app.output()).toEqual([])
  await app.stop()
  recording.remove()
})
