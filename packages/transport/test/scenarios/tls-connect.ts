import { readFileSync } from 'node:fs'
import tls, { connect } from 'node:tls'
import { collect, note, observe, once, stateOf, where } from '../stage/script.ts'

void (async () => {
  const ca = readFileSync(where.ca)
  const socket = connect({ port: where.port, host: 'localhost', ca, ALPNProtocols: ['nothing', 'echo/1'], servername: 'localhost' }, () =>
    note('callback'),
  )
  note(
    socket instanceof tls.TLSSocket,
    socket.encrypted,
    socket.authorized,
    (socket as unknown as { secureConnecting: boolean }).secureConnecting,
    stateOf(socket),
  )
  observe(socket, 'lookup', 'connect', 'ready', 'secure', 'secureConnect', 'finish', 'end', 'close', 'error')
  collect(socket)
  let sessions = 0
  socket.on('session', () => sessions++)
  socket.write('early ')
  await once(socket, 'secureConnect')
  note(
    socket.authorized,
    socket.authorizationError,
    socket.alpnProtocol,
    socket.servername,
    socket.getProtocol(),
    (socket as unknown as { secureConnecting: boolean }).secureConnecting,
  )
  note(socket.getCipher(), socket.getEphemeralKeyInfo(), socket.isSessionReused(), socket.remoteAddress, socket.remotePort === where.port)
  const short = socket.getPeerCertificate()
  const long = socket.getPeerCertificate(true)
  const plain = (certificate: tls.PeerCertificate): unknown => ({
    ...certificate,
    raw: undefined,
    pubkey: undefined,
    modulus: undefined,
    issuerCertificate: undefined,
  })
  note('certificate', Object.keys(short), plain(short), short.raw.length, short.fingerprint256)
  note('issuer', Object.keys(long), plain(long.issuerCertificate), long.issuerCertificate.issuerCertificate === long.issuerCertificate)
  const x509 = socket.getPeerX509Certificate()
  note('x509', x509?.fingerprint256, x509?.subject, x509?.checkHost('localhost'))
  note(socket.getCertificate(), socket.getX509Certificate(), socket.getTLSTicket() === undefined)
  socket.end('later')
  await once(socket, 'close')
  note('sessions', sessions, socket.bytesWritten, socket.bytesRead)
  note('after', socket.getPeerCertificate(), socket.getProtocol(), socket.getCipher(), socket.getSession())
})()
