import http from 'node:http'
import { note, once, where } from '../stage/script.ts'

void (async () => {
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 })
  const sockets = new Set<unknown>()
  const get = (path: string, body?: string): Promise<void> =>
    new Promise((resolve) => {
      const request = http.request(
        { port: where.port, host: where.host, path, agent, method: body === undefined ? 'GET' : 'POST' },
        (response) => {
          let text = ''
          response.on('data', (chunk: Buffer) => (text += chunk.toString()))
          response.on('end', () => {
            note(path, response.statusCode, response.headers['x-method'], text, request.reusedSocket)
            resolve()
          })
        },
      )
      request.on('socket', (socket) => sockets.add(socket))
      request.on('error', (error) => {
        note(path, error)
        resolve()
      })
      request.end(body)
    })
  await get('/first')
  await get('/second', 'x'.repeat(100_000))
  await Promise.all([get('/third'), get('/chunks'), get('/fifth')])
  note('sockets', sockets.size)
  await get('/close')
  await new Promise((resolve) => setImmediate(resolve))
  await get('/after-close')
  await get('/reset')
  note('sockets', sockets.size)
  const request = http.get({ port: where.port, host: where.host, path: '/expect', agent, headers: { expect: '100-continue' } })
  const [response] = await Promise.all([once<http.IncomingMessage>(request, 'response'), once(request, 'continue')])
  note('expect', response.statusCode)
  response.resume()
  await once(response, 'end')
  agent.destroy()
})()
