// What infrastructure draws is its own affair: only the boundary of a form belongs to the take.
import { once } from 'node:events'
import { Agent, createServer, request } from 'node:http'

const server = createServer(async (incoming, outgoing) => {
  let size = 0
  for await (const chunk of incoming) size += chunk.length
  outgoing.setHeader('connection', 'close')
  outgoing.end(`${size} `.repeat(2000))
}).listen(0)
await once(server, 'listening')
server.unref()
const url = `http://127.0.0.1:${server.address().port}`

export const takes = {
  async 'fetch and http'() {
    const texts = []
    for (let index = 0; index < 3; index++) texts.push((await (await fetch(url)).text()).length)
    await new Promise((resolve) => {
      const asking = request(url, { method: 'POST' }, (response) => response.resume().on('end', resolve))
      asking.setTimeout(500)
      asking.end('x')
    })
    return texts
  },
  // Real time, while the take waits for nothing else: the server's keep-alive and the agent's time limit.
  async 'connections that idle'() {
    const patient = createServer((_incoming, outgoing) => outgoing.end('x')).listen(0)
    await once(patient, 'listening')
    const { port } = patient.address()
    const ended = []
    for (const [name, keepAliveTimeout, timeout] of [
      ['server', 20, 60_000],
      ['agent', 60_000, 20],
    ]) {
      patient.keepAliveTimeout = keepAliveTimeout
      const agent = new Agent({ keepAlive: true, timeout })
      const closed = await new Promise((resolve) => {
        request({ port, agent }, (response) => response.resume())
          .on('socket', (socket) => once(socket, 'close').then(() => resolve(true)))
          .end()
      })
      ended.push([name, closed])
    }
    patient.close().closeAllConnections()
    return ended
  },
  async 'a form'() {
    // From Node 26 on a form keeps its boundary: two are needed for two draws.
    const [first, second] = [new FormData(), new FormData()]
    first.set('a', 'b')
    second.set('a', 'b')
    const inRequest = new Request(url, { method: 'POST', body: first })
    const echo = await fetch(url, { method: 'POST', body: second })
    return [inRequest.headers.get('content-type'), (await inRequest.text()).length, (await echo.text()).length]
  },
}
