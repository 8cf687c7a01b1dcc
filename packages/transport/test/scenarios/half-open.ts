import { connect } from 'node:net'
import { collect, note, observe, stateOf, where } from '../stage/script.ts'

const socket = connect({ port: where.port, host: where.host, allowHalfOpen: true })
observe(socket, 'connect', 'finish', 'end', 'close', 'error')
collect(socket, () => {
  note(
    'after end',
    stateOf(socket),
    socket.write('still here', () => note('written')),
  )
  setImmediate(() => {
    note('later', stateOf(socket))
    socket.end()
  })
})
