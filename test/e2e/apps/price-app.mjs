// A small service with one upstream. Everything that it answers is new each time, so that only a replay can repeat it.
import { randomUUID } from 'node:crypto'
import http, { get } from 'node:http'

const upstream = process.env.UPSTREAM

const nodeGet = (url) =>
  new Promise((resolve, reject) => {
    get(url, { agent: false }, (response) => {
      let text = ''
      response
        .setEncoding('utf8')
        .on('data', (piece) => (text += piece))
        .on('end', () => resolve(JSON.parse(text)))
        .on('error', reject)
    }).on('error', reject)
  })

const server = http.createServer(async (request, response) => {
  try {
    const byFetch = await (await fetch(`${upstream}/fetch${request.url}`)).json()
    const byHttp = await nodeGet(`${upstream}/http${request.url}`)
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify({ byFetch, byHttp, at: Date.now(), id: randomUUID(), random: Math.random() }))
  } catch (error) {
    response.writeHead(500).end(String(error.cause ?? error.stack))
  }
})
server.listen(0, '127.0.0.1', () => console.log(`listening ${server.address().port}`))
