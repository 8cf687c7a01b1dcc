import http from 'node:http'
import net from 'node:net'
import { note, once, where } from '../stage/script.ts'
import { stage } from '../stage/stage.ts'

// A fixed port is replaced; the app is told, and reaches itself under, the one it asked for.
void (async () => {
  const { patches, installTransport } = stage()
  const heard: unknown[] = []
  installTransport(patches, {
    route: (target) => {
      heard.push(target)
      return 'leave'
    },
    listenPort: (asked) => {
      heard.push(asked === where.closedPort ? 'asked' : asked)
      return 0
    },
    listening: ({ port, host }) => heard.push(typeof port, port !== where.closedPort, host),
  })
  const server = http.createServer((_request, response) => response.end('me')).listen(where.closedPort, '127.0.0.1')
  await once(server, 'listening')
  note((server.address() as net.AddressInfo).port === where.closedPort)
  const response = await fetch(`http://localhost:${where.closedPort}/`)
  note(response.status, await response.text())
  note('heard', heard)
  server.close()
  server.closeAllConnections()
})()
