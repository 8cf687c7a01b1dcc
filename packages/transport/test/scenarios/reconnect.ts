import net from 'node:net'
import { note, observe, where } from '../stage/script.ts'

// One socket object, two connections.
const socket = new net.Socket()
observe(socket, 'connect', 'ready', 'end', 'close', 'error')
let round = 0
let all = ''
socket.on('data', (chunk) => (all += chunk.toString()))
socket.on('connect', () => socket.end(`round ${++round}`))
socket.on('close', () => {
  note(all, socket.bytesRead)
  all = ''
  if (round === 1) socket.connect(where.port, where.host)
})
socket.connect({ port: where.port, host: where.host })
