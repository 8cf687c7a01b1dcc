import { connect } from 'node:net'
import { collect, observe, where } from '../stage/script.ts'

const socket = connect(where.port, where.host)
observe(socket, 'connect', 'finish', 'end', 'close', 'error')
collect(socket)
socket.write('poke')
