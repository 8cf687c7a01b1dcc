import dns from 'node:dns'
import http from 'node:http'
import net from 'node:net'
import tls from 'node:tls'
import { RetakeError } from '@retake/core'
import { note, observe, once, stateOf } from '../stage/script.ts'
import { stage } from '../stage/stage.ts'

// Nothing may leave: each attempt fails as a refused connection would, only with our error.
void (async () => {
  const { patches, installTransport } = stage()
  const asked: unknown[] = []
  installTransport(patches, {
    route(target) {
      asked.push([target.host, target.port, target.path, target.secure, target.servername])
      return { blocked: new RetakeError('RETAKE_NETWORK_BLOCKED', 'No.') }
    },
    serve() {
      throw new Error('never asked')
    },
    lookups: {
      answer: (call, _scope, deliver) =>
        deliver({ error: { code: 'ENOTFOUND', message: `${call.method} blocked`, syscall: 'getaddrinfo' } }),
    },
  })
  const attempts: (() => net.Socket)[] = [
    () => net.connect(1, 'service.test'),
    () => net.connect('/some/where.sock'),
    () => tls.connect(443, 'secure.test', { servername: 'secure.test' }),
    () => new tls.TLSSocket(undefined as never).connect(443, 'bare.test') as net.Socket,
  ]
  for (const attempt of attempts) {
    const socket = attempt()
    note(stateOf(socket))
    observe(socket, 'connect', 'close')
    socket.on('error', (error: Error & { code?: string }) => note('error', error.code, stateOf(socket)))
    socket.write('x', (error) => note('written', error?.message))
    await once(socket, 'close')
  }
  await once<Error & { code: string }>(http.get('http://service.test/'), 'error').then((error) => note('http', error.code))
  await fetch('https://service.test/').catch((error: Error & { cause: { code: string } }) => note('fetch', error.cause.code))
  await dns.promises.lookup('service.test').catch((error: Error) => note('dns', error))
  note('asked', asked)
})()
