import net from 'node:net'
import { note, where } from '../stage/script.ts'

// A quiet connection keeps the process running unless it is unref'd; nothing else is open here.
const socket = net.connect(where.port, where.host)
note('chained', socket.unref() === socket, socket.ref() === socket)
note(socket.listenerCount('connect'))
socket.on('connect', () => {
  note('connected', socket.listenerCount('connect'))
  setTimeout(() => {
    note('still running')
    socket.unref()
  }, 20).unref()
})
