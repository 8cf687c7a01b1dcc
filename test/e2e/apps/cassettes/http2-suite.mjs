// A test of a service that speaks HTTP/2 and listens in the process of its tests. What it got is written to RESULT.
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import fs from 'node:fs'
import http2 from 'node:http2'
import { text } from 'node:stream/consumers'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { withCassette } from 'retake'

const server = http2.createServer(async (request, response) => {
  await sleep(1)
  const answer = await (await fetch(`${process.env.UPSTREAM}${request.url}`)).json()
  response.end(JSON.stringify({ answer, id: randomUUID(), at: Date.now() }))
})

test('two requests on one connection', async () => {
  try {
    const got = await withCassette('own/http2', async () => {
      await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
      const client = http2.connect(`http://127.0.0.1:${server.address().port}`)
      const ask = async (path) => {
        const stream = client.request({ ':path': path })
        const [headers] = await once(stream, 'response')
        return [headers.date, await text(stream)]
      }
      const answers = await Promise.all([ask('/a'), ask('/b')])
      client.destroy()
      return answers
    })
    fs.writeFileSync(process.env.RESULT, JSON.stringify(got))
  } finally {
    server.close()
  }
})
