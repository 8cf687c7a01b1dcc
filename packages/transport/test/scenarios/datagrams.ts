import dgram from 'node:dgram'
import dns from 'node:dns'
import { note, once, where } from '../stage/script.ts'

void (async () => {
  const socket = dgram.createSocket('udp4')
  socket.on('error', (error) => note('error', error))
  const sent = (...args: unknown[]): Promise<void> =>
    new Promise((resolve) => {
      const send = socket.send as unknown as (...args: unknown[]) => void
      send.call(socket, ...args, (error: Error | null, length: number) => {
        note('sent', error, length)
        resolve()
      })
    })
  await sent('hello', where.closedPort, '127.0.0.1')
  await sent(Buffer.from('a longer one'), 2, 6, where.closedPort, 'localhost')
  await sent([Buffer.from('in'), 'parts'], where.closedPort)
  try {
    socket.send('x', 0)
  } catch (error) {
    note('refused', (error as { code?: string }).code)
  }
  note(typeof socket.address().port)
  const connected = dgram.createSocket({ type: 'udp4' })
  connected.connect(where.closedPort, '127.0.0.1')
  await once(connected, 'connect')
  connected.send('over a connection', (error, length) => {
    note('sent', error, length, connected.remoteAddress().port === where.closedPort)
    connected.close()
    socket.close()
  })

  // Like Node's test-dgram-custom-lookup: the function that stands in `dns` when the socket is made is the one that is asked.
  const standing = dns.lookup
  dns.lookup = ((name: string, _options: unknown, callback: (error: null, address: string, family: number) => void) => {
    note('looked up', name)
    setImmediate(callback, null, '127.0.0.1', 4)
  }) as never
  const named = dgram.createSocket('udp4')
  dns.lookup = standing
  named.bind(0, 'localhost')
  await once(named, 'listening')
  named.close()
})()
