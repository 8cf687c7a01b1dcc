import net, { connect } from 'node:net'
import { collect, note, observe, stateOf, where } from '../stage/script.ts'

const socket = connect(where.port, 'localhost', () => note('callback'))
note('created', stateOf(socket), socket instanceof net.Socket)
observe(socket, 'lookup', 'connectionAttempt', 'connect', 'ready', 'finish', 'end', 'close', 'error')
collect(socket)
socket.on('connect', () => {
  note('addresses', socket.remoteAddress, socket.remoteFamily, typeof socket.localPort, Object.keys(socket.address()).sort())
  note(
    'listeners',
    socket.eventNames().map((name) => [String(name), socket.listenerCount(name)]),
  )
})
note('write', socket.write('hello '), socket.writableLength, socket.bytesWritten)
socket.on('ready', () => {
  socket.end('world', () => note('ended'))
})
socket.on('close', () => note('counts', socket.bytesRead, socket.bytesWritten, Object.keys(socket).sort().join()))
