import dgram from 'node:dgram'
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
})()
