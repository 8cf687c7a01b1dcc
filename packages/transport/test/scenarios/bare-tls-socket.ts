import { readFileSync } from 'node:fs'
import net from 'node:net'
import tls from 'node:tls'
import { note, observe, once, where } from '../stage/script.ts'

// Without tls.connect: nobody verifies, and 'secure' is all there is.
void (async () => {
  const base = net.connect(where.port, where.host)
  await once(base, 'connect')
  const socket = new tls.TLSSocket(base, { isServer: false, secureContext: tls.createSecureContext({ ca: readFileSync(where.ca) }) })
  observe(socket, 'secure', 'secureConnect', 'close', 'error')
  ;(socket as unknown as { _start(): void })._start()
  await once(socket, 'secure')
  note(socket.authorized, socket.getPeerCertificate().subject)
  socket.write('hello')
  note('data', String(await once(socket, 'data')))
  socket.destroy()
})()
