import { connect } from 'node:net'
import { observe, where } from '../stage/script.ts'

const notFound = Object.assign(new Error('getaddrinfo ENOTFOUND nowhere.test'), {
  errno: -3008,
  code: 'ENOTFOUND',
  syscall: 'getaddrinfo',
  hostname: 'nowhere.test',
})
const socket = connect({
  port: where.closedPort,
  host: 'nowhere.test',
  lookup: (_host, _options, callback) => process.nextTick(callback, notFound, '', 0),
})
observe(socket, 'lookup', 'connect', 'close', 'error')
