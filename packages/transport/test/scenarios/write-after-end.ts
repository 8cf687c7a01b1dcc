import { connect } from 'node:net'
import { collect, note, observe, where } from '../stage/script.ts'

const socket = connect({ port: where.port, host: where.host })
observe(socket, 'connect', 'finish', 'end', 'close', 'error')
collect(socket)
socket.on('connect', () => {
  socket.end('done')
  note(
    'write',
    socket.write('late', (error) => note('callback', error)),
  )
  socket.end('later still', (error?: Error) => note('second end', error))
})
