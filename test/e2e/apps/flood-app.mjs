// Hands on what its upstream sends: much at a time, so that a recorder falls behind.
import http from 'node:http'

const upstream = process.env.UPSTREAM

const server = http.createServer(async (request, response) => {
  if (request.url === '/memory') return response.end(String(process.memoryUsage().rss))
  try {
    const answer = await fetch(`${upstream}${request.url}`)
    response.end(Buffer.from(await answer.arrayBuffer()))
  } catch (error) {
    response.writeHead(500).end(String(error.cause ?? error))
  }
})
server.listen(0, '127.0.0.1', () => console.log(`listening ${server.address().port}`))
