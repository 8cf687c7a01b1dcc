import { readFileSync } from 'node:fs'
import net from 'node:net'
import tls from 'node:tls'
import { note, observe, once, stateOf, where } from '../stage/script.ts'

// TLS put on a socket that still connects.
void (async () => {
  const base = net.connect(where.port, 'localhost')
  const socket = tls.connect({ socket: base, ca: readFileSync(where.ca), servername: 'localhost', ALPNProtocols: ['echo/1'] })
  note(stateOf(base), stateOf(socket))
  observe(base, 'lookup', 'connect')
  base.on('close', () => note('base closed', stateOf(base)))
  observe(socket, 'connect', 'ready', 'secureConnect', 'end', 'close', 'error')
  socket.write('hello')
  note('data', String(await once(socket, 'data')))
  note(socket.alpnProtocol, socket.remoteAddress)
  base.destroy()
  await once(socket, 'close')
})()
