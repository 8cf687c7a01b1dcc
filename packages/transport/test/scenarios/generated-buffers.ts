import net from 'node:net'
import { note, observe, where } from '../stage/script.ts'

let all = ''
const socket = net.connect({
  port: where.port,
  host: where.host,
  onread: {
    buffer: () => Buffer.alloc(4),
    callback(size, read) {
      all += Buffer.from(read).toString('latin1', 0, size)
      return true
    },
  },
})
observe(socket, 'connect', 'end', 'close', 'error')
socket.end('eleven byte')
socket.on('close', () => note(all))
