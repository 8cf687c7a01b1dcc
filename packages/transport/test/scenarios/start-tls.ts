import { readFileSync } from 'node:fs'
import net from 'node:net'
import tls from 'node:tls'
import { note, observe, once, stateOf, where } from '../stage/script.ts'

void (async () => {
  const base = net.connect(where.port, where.host)
  observe(base, 'connect', 'end', 'close', 'error')
  base.write('starttls')
  note('answer', String(await once(base, 'data')))
  base.removeAllListeners('data')
  const socket = tls.connect({ socket: base, ca: readFileSync(where.ca), servername: 'localhost' })
  note(stateOf(socket), socket.encrypted, socket.remotePort === where.port)
  observe(socket, 'connect', 'secureConnect', 'end', 'close', 'error')
  // pg writes before the handshake is done.
  socket.write('one')
  await once(socket, 'secureConnect')
  note(socket.authorized, socket.getProtocol(), socket.getPeerCertificate().subject, socket.servername, socket.listenerCount('close'))
  note('data', String(await once(socket, 'data')))
  socket.write('two')
  note('data', String(await once(socket, 'data')))
  socket.destroy()
  await once(socket, 'close')
  note('base', stateOf(base))
})()
