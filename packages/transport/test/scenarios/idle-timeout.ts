import { connect } from 'node:net'
import { note, observe, where } from '../stage/script.ts'

const socket = connect({ port: where.port, host: where.host, timeout: 30 })
observe(socket, 'connect', 'timeout', 'close', 'error')
note(socket.timeout)
socket.once('timeout', () => {
  socket.setTimeout(20, () => socket.destroy(new Error('enough')))
})
