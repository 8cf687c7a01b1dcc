import http from 'node:http'
import net from 'node:net'
import { hostname } from 'node:os'
import { note, once } from '../stage/script.ts'

// A process that talks to itself, under all its names.
void (async () => {
  const server = http.createServer((_request, response) => response.end('me'))
  server.listen(0)
  await once(server, 'listening')
  const { port } = server.address() as net.AddressInfo
  for (const host of ['localhost', '127.0.0.1', '::1', '0.0.0.0', undefined, hostname()]) {
    await new Promise<void>((resolve) => {
      http
        .get({ port, host, agent: false }, (response) => {
          note(host === hostname() ? 'own name' : host, response.statusCode)
          response.resume().on('end', resolve)
        })
        .on('error', (error: Error & { code: string }) => {
          note(host === hostname() ? 'own name' : host, error.code)
          resolve()
        })
    })
  }
  const second = net.createServer((socket) => socket.end('hello'))
  second.listen({ port: 0, host: '127.0.0.1' })
  await once(second, 'listening')
  const address = second.address() as net.AddressInfo
  const socket = net.connect(address.port)
  note(String(await once(socket, 'data')))
  note(server.listenerCount('listening'), server.listenerCount('close'), second.eventNames())
  second.close()
  server.close()
  server.closeAllConnections()
})()
