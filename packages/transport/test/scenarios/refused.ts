import { connect } from 'node:net'
import { note, observe, stateOf, where } from '../stage/script.ts'

const socket = connect(where.closedPort, '127.0.0.1', () => note('connected'))
observe(socket, 'lookup', 'connectionAttempt', 'connectionAttemptFailed', 'connect', 'end', 'close', 'error')
socket.write('lost', (error) => note('written', error))
note('created', stateOf(socket))
