import { connect } from 'node:net'
import { note, observe, where } from '../stage/script.ts'

const socket = connect({ port: where.port, host: where.host, timeout: 60_000 })
observe(socket, 'connect', 'timeout', 'close', 'error')
note(socket.timeout)
// From here on nothing else happens, however slow the machine is.
socket.once('connect', () => socket.setTimeout(30))
socket.once('timeout', () => {
  socket.setTimeout(20, () => socket.destroy(new Error('enough')))
})
