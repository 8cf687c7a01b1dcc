import net from 'node:net'
import { note, observe, once, stateOf, where } from '../stage/script.ts'

// In every state, with and without an error; one after the other, so that the trace has one order.
async function variant(name: string, act: (socket: net.Socket) => void | Promise<void>, options: object = {}): Promise<void> {
  note('variant', name)
  const socket = new net.Socket(options)
  observe(socket, 'connect', 'ready', 'finish', 'end', 'close', 'error')
  const closed = once(socket, 'close')
  await act(socket)
  await closed
  note('left', stateOf(socket), socket.bytesRead, socket.bytesWritten)
}

const open = (socket: net.Socket): net.Socket => socket.connect(where.port, where.host)

void (async () => {
  await variant('never connected', (socket) => void socket.destroy())
  await variant('connecting', (socket) => void open(socket).destroy())
  await variant('connecting, with a write', (socket) => {
    open(socket).write('unheard', (error) => note('written', error))
    socket.destroy(new Error('changed my mind'))
  })
  await variant('at connect', (socket) => {
    open(socket).on('connect', () => socket.destroy())
  })
  await variant('at ready, with an error', (socket) => {
    open(socket).on('ready', () => socket.destroy(new Error('on purpose')))
  })
  await variant('twice', (socket) => {
    open(socket).on('connect', () => socket.destroy(new Error('first')).destroy(new Error('second')))
  })
  await variant('soon', (socket) => {
    open(socket).on('connect', () => {
      socket.write('all of this')
      socket.destroySoon()
    })
  })
  await variant('at data', (socket) => {
    open(socket).end('x')
    socket.on('data', () => socket.destroy())
  })
  await variant('after end', (socket) => {
    open(socket).end('x')
    socket.resume().on('end', () => socket.destroy())
  })
  await variant('reset while connecting', (socket) => void open(socket).resetAndDestroy())
  await variant('reset', (socket) => {
    open(socket).on('connect', () => socket.resetAndDestroy())
  })
  await variant('reset of a closed one', (socket) => {
    socket.resetAndDestroy()
  })
  await variant('write after destroy', (socket) => {
    open(socket).on('connect', () => {
      socket.destroy()
      note(socket.write('too late', (error) => note('written', error)))
    })
  })
})()
