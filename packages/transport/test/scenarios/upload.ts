import { connect } from 'node:net'
import { collect, note, observe, where } from '../stage/script.ts'

const socket = connect(where.port, where.host)
observe(socket, 'finish', 'end', 'close', 'error')
collect(socket)
const block = Buffer.alloc(1 << 20, 'x')
let left = 50
function more(): void {
  while (left > 0) {
    left--
    if (!socket.write(block)) {
      socket.once('drain', more)
      return
    }
  }
  socket.end()
}
socket.on('connect', more)
socket.on('close', () => note('written', socket.bytesWritten))
