// What infrastructure draws is its own affair: only the boundary of a form belongs to the take.
import { once } from 'node:events'
import { createServer, request } from 'node:http'

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
