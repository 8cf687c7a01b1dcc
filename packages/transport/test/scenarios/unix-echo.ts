import { connect } from 'node:net'
import { collect, note, observe, where } from '../stage/script.ts'

const socket = connect({ path: where.path })
observe(socket, 'lookup', 'connect', 'ready', 'end', 'close', 'error')
collect(socket)
socket.on('connect', () => note('addresses', socket.remoteAddress, socket.remotePort, socket.localAddress, socket.address()))
socket.end('over a pipe')
