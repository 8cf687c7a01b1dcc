import { connect } from 'node:net'
import { observe, where } from '../stage/script.ts'

// Happy Eyeballs: an AggregateError with one error per address.
const socket = connect({
  port: where.closedPort,
  host: 'both.test',
  autoSelectFamily: true,
  lookup: (_host, _options, callback) =>
    process.nextTick(callback as (error: null, addresses: unknown) => void, null, [
      { address: '127.0.0.1', family: 4 },
      { address: '127.0.0.2', family: 4 },
    ]),
})
observe(socket, 'lookup', 'connectionAttempt', 'connectionAttemptFailed', 'connect', 'close', 'error')
