import { createHash } from 'node:crypto'
import { connect } from 'node:net'
import { note, observe, where } from '../stage/script.ts'

const socket = connect(where.port, where.host)
observe(socket, 'end', 'close', 'error')
const hash = createHash('sha1')
let length = 0
let pauses = 0
let dataWhilePaused = 0
let most = 0
socket.on('data', (chunk) => {
  if (socket.isPaused()) dataWhilePaused++
  length += chunk.length
  hash.update(chunk)
  most = Math.max(most, socket.readableLength)
  if (length > pauses * 5_000_000) {
    pauses++
    socket.pause()
    setTimeout(() => socket.resume(), 5)
  }
})
socket.on('close', () => note('all', length, hash.digest('hex'), pauses, dataWhilePaused, most < 1_000_000, socket.bytesRead))
