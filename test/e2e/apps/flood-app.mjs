// Hands on what its upstream sends: much at a time, so that a recorder falls behind.
import http from 'node:http'

const upstream = process.env.UPSTREAM

const server = http.createServer(async (request, response) => {
  if (request.url === '/memory') return response.end(String(process.memoryUsage().rss))
  if (request.url === '/endless') return endless(response)
  try {
    const answer = await fetch(`${upstream}${request.url}`)
    response.end(Buffer.from(await answer.arrayBuffer()))
  } catch (error) {
    response.writeHead(500).end(String(error.cause ?? error))
  }
})
// Goes on for as long as somebody listens.
function endless(response) {
  const events = Buffer.from('data: 0123456789\n\n'.repeat(4096))
  const go = () => {
    if (response.destroyed) return
    if (response.write(events)) setImmediate(go)
    else response.once('drain', go)
  }
  go()
}

server.listen(0, '127.0.0.1', () => console.log(`listening ${server.address().port}`))
