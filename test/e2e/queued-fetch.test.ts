import type { IncomingMessage, ServerResponse } from 'node:http'
import { once, EventEmitter } from 'node:events'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { nodeVersions } from '../harness/node-versions.ts'
import { send } from '../harness/raw-request.ts'
import { Workplace } from './workplace.ts'

// `fetch` puts a request into the queue of a connection that is being closed, and sends it after the 'close' event: in the
// async context of whoever made that connection.

const upstream = new EventEmitter()
let place: Workplace
beforeEach(async () => {
  place = await Workplace.open((request, response) => {
    if (upstream.listenerCount(request.url as string) === 0) answer(response)
    else upstream.emit(request.url as string, request, response)
  })
})
afterEach(() => place.close())

const answer = (response: ServerResponse): unknown =>
  new Promise<void>((resolve) => response.end(String(process.hrtime.bigint()), resolve as () => void))

const app = `
  import { createServer } from 'node:http'
  import { existsSync } from 'node:fs'
  const ask = async (url) => (await fetch(process.env.UPSTREAM + url)).text()
  const server = createServer(async ({ url }, response) => {
    if (url === '/block') {
      console.log('blocked')
      while (!existsSync(process.env.GO_ON));
      return response.end()
    }
    const answers = [await ask(url)]
    if (url === '/second') answers.push(await ask('/third'))
    response.end(JSON.stringify({ answers, drawn: Math.random() }))
  })
  server.listen(0, '127.0.0.1', () => console.log('listening ' + server.address().port))
`

test.each(nodeVersions())(
  'a call that fetch sends after a connection has ended is of the take that made it, Node $name',
  async ({ executable: node }) => {
    const script = place.write('app.mjs', app)
    const options = { node, args: [script], env: { GO_ON: path.join(place.directory, 'go-on') } }
    const recording = await place.start('record', options)
    const asking = (target: string): Promise<unknown[]> => once(upstream, target)
    const get = async (port: number, target: string): Promise<string> => (await send(port, { path: target })).body

    const atFirst = asking('/first')
    const atSecond = asking('/second')
    const first = get(recording.port, '/first')
    const [firstRequest, firstResponse] = (await atFirst) as [IncomingMessage, ServerResponse]
    const second = get(recording.port, '/second')
    const [, secondResponse] = (await atSecond) as [IncomingMessage, ServerResponse]
    await answer(firstResponse)
    const recorded = [await first]
    // The app reads both in one turn of its loop: the end of the first connection, and then the answer on the second.
    const blocked = get(recording.port, '/block')
    await recording.printed(/^blocked$/m)
    await new Promise<void>((resolve) => firstRequest.socket.end(resolve))
    await answer(secondResponse)
    place.write('go-on', '')
    recorded.push(await second)
    await blocked
    await recording.stop()

    const calls = place.recorded().takes.map(({ interactions }) => interactions.map(({ call }) => call.label.replace(/.*:\d+/, '')))
    expect(calls.filter(({ length }) => length > 0)).toEqual([['/first'], ['/second', '/third']])

    await place.stopUpstream()
    const replaying = await place.start('replay', options)
    expect([await get(replaying.port, '/first'), await get(replaying.port, '/second')]).toEqual(recorded)
    await replaying.stop()
    expect(place.stats().at(-1)).toMatchObject({ mode: 'replay', served: 3, missed: 0, borrowed: 0 })
  },
)
