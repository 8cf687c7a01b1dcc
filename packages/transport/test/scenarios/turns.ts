import net from 'node:net'
import type { VirtualLine } from '../../src/index.ts'
import { note, once } from '../stage/script.ts'
import { stage } from '../stage/stage.ts'

// Who settles the order of deliveries owns the macrotask in which they happen.
void (async () => {
  const { patches, installTransport } = stage()
  let line: VirtualLine | undefined
  installTransport(patches, {
    route: () => 'virtual',
    serve(_target, given) {
      line = given
      given.connect({ remoteAddress: '127.0.0.1', remotePort: 1, remoteFamily: 'IPv4' }, undefined)
      return {
        received(bytes) {
          note('peer heard', bytes)
          if (String(bytes) === 'now') given.push(Buffer.from('answer'))
        },
        receivedEnd: () => note('peer heard the end'),
        upgraded: () => undefined,
        secured: () => undefined,
        closed: () => note('peer heard that it is closed'),
      }
    },
  })
  const socket = net.connect(1)
  const peer = line as VirtualLine
  socket.on('data', (chunk) => {
    note('data', chunk)
    if (String(chunk) === 'ask') socket.write('now')
    process.nextTick(() => note('tick of', chunk))
  })
  await once(socket, 'connect')
  await new Promise((resolve) => setImmediate(resolve))

  note('each in a macrotask of its own')
  peer.push(Buffer.from('a'))
  peer.push(Buffer.from('b'))
  note('pushed')
  await new Promise((resolve) => setImmediate(() => setImmediate(resolve)))

  note('in a turn')
  peer.push(Buffer.from('waiting'))
  peer.turn(() => {
    peer.push(Buffer.from('c'))
    note('pushed')
  })
  note('turned')
  await new Promise((resolve) => setImmediate(resolve))

  note('paused')
  socket.pause()
  peer.turn(() => peer.push(Buffer.from('d')))
  peer.turn(() => peer.push(Buffer.from('e')))
  note('read', socket.readableLength)
  socket.resume()
  await new Promise((resolve) => setImmediate(() => setImmediate(resolve)))

  note('asked within a turn')
  peer.turn(() => {
    peer.push(Buffer.from('ask'))
    note('pushed')
  })
  note('turned')
  await once(socket, 'data')
  peer.turn(() => peer.end())
  await once(socket, 'close')
})()
