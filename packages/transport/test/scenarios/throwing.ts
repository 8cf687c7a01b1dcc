import { connect } from 'node:net'
import { note, observe, where } from '../stage/script.ts'

// A listener that throws: the process hears of it, and the connection goes on.
process.removeAllListeners('uncaughtException')
process.on('uncaughtException', (error) => note('uncaught', error.message))
const socket = connect(where.port, where.host)
observe(socket, 'end', 'close', 'error')
socket.write('x')
socket.once('data', () => {
  socket.end()
  throw new Error('in data')
})
socket.once('close', () => {
  throw new Error('in close')
})
