import dns, { lookup } from 'node:dns'
import { Resolver as PromiseResolver, lookup as lookupPromise } from 'node:dns/promises'
import net from 'node:net'
import { promisify } from 'node:util'
import { note, once, where } from '../stage/script.ts'

const failure = (error: unknown): unknown => {
  const { code, syscall, hostname, message } = error as { code?: string; syscall?: string; hostname?: string; message: string }
  return [error instanceof Error, code, syscall, hostname, message]
}

void (async () => {
  await new Promise<void>((resolve) => {
    const returned = lookup('localhost', { family: 4 }, (error, address, family) => {
      note('callback', error, address, family)
      resolve()
    })
    note('returned', typeof returned)
  })
  await new Promise<void>((resolve) => {
    dns.lookup('localhost', { all: true, family: 4 }, (error, addresses) => {
      note('all', error, addresses)
      resolve()
    })
  })
  note('promise', await lookupPromise('localhost', 4))
  note('promise of all', await dns.promises.lookup('localhost', { all: true, family: 4 }))
  note('promisified', await promisify(dns.lookup)('localhost', 4))
  note('address', await lookupPromise('127.0.0.1'))
  note('service', await promisify(dns.lookupService)('127.0.0.1', 22))
  note('service promise', await dns.promises.lookupService('127.0.0.1', 22))
  // A name server that refuses connections: nothing answers, but quickly.
  const resolver = new dns.Resolver({ timeout: 100, tries: 1 })
  resolver.setServers([`127.0.0.1:${where.closedPort}`])
  await new Promise<void>((resolve) => {
    resolver.resolve4('service.test', (error) => {
      note('resolver', failure(error))
      resolve()
    })
  })
  const promises = new PromiseResolver({ timeout: 100, tries: 1 })
  promises.setServers([`127.0.0.1:${where.closedPort}`])
  await promises.resolveTxt('service.test').catch((error: unknown) => note('promise resolver', failure(error)))
  try {
    dns.lookup('localhost', 'x' as never)
  } catch (error) {
    note('thrown', (error as { code?: string }).code)
  }
  note(dns.lookup.name, dns.lookup.length, dns.resolve4.name, dns.promises.lookup.name)
  // Look-ups of net itself are none of the app's.
  const server = net.createServer((socket) => socket.end()).listen(0, 'localhost')
  await once(server, 'listening')
  const socket = net.connect((server.address() as net.AddressInfo).port, 'localhost')
  socket.resume()
  await once(socket, 'close')
  server.close()
})()
