import { connect } from 'node:net'
import { collect, note, observe, where } from '../stage/script.ts'

// The first address refuses, the second one answers.
const socket = connect({
  port: where.port,
  host: 'both.test',
  autoSelectFamily: true,
  lookup: (_host, _options, callback) =>
    process.nextTick(callback as (error: null, addresses: unknown) => void, null, [
      { address: '127.0.0.2', family: 4 },
      { address: '127.0.0.1', family: 4 },
    ]),
})
observe(socket, 'lookup', 'connect', 'ready', 'end', 'close', 'error')
collect(socket)
socket.on('connect', () => {
  // Not before: trying the next address makes Node forget that the socket was ended.
  socket.end('hello')
  note('tried', socket.autoSelectFamilyAttemptedAddresses?.length, socket.remoteAddress)
})
