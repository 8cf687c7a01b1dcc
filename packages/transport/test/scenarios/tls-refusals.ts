import { readFileSync } from 'node:fs'
import tls from 'node:tls'
import { collect, note, observe, once, where } from '../stage/script.ts'

async function variant(name: string, options: tls.ConnectionOptions): Promise<void> {
  note('variant', name)
  const socket = tls.connect({ port: where.port, host: 'localhost', ...options })
  observe(socket, 'connect', 'secureConnect', 'end', 'close', 'error')
  collect(socket)
  socket.on('secureConnect', () => {
    note(socket.authorized, socket.authorizationError, socket.servername)
    socket.end('x')
  })
  await once(socket, 'close')
}

void (async () => {
  await variant('unknown authority', {})
  await variant('unknown authority, accepted', { rejectUnauthorized: false })
  const ca = readFileSync(where.ca)
  await variant('another name', { ca, servername: 'elsewhere.test' })
  await variant('another name, accepted', { ca, servername: 'elsewhere.test', rejectUnauthorized: false })
  await variant('own check', { ca, checkServerIdentity: (host, certificate) => new Error(`${host} ${String(certificate.subject.CN)}`) })
  await variant('old protocol', { ca, maxVersion: 'TLSv1.1', minVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' })
  await variant('nobody there', { port: where.closedPort, host: '127.0.0.1' })
  try {
    tls.connect({ port: where.port, host: 'localhost', ca: 'not a certificate', cert: 'nor this' })
  } catch (error) {
    note('bad material', (error as { code?: string }).code)
  }
})()
