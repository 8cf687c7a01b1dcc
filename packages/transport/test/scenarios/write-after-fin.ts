import { connect } from 'node:net'
import { collect, note, observe, where } from '../stage/script.ts'

// EPIPE: the other side ended, and this socket does not allow being half open.
const socket = connect({ port: where.port, host: where.host })
observe(socket, 'finish', 'close', 'error')
collect(socket, () => {
  process.nextTick(() =>
    process.nextTick(() =>
      note(
        'write',
        socket.write('late', (error) => note('callback', error)),
      ),
    ),
  )
})
