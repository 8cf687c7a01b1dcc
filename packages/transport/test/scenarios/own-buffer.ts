import { createHash } from 'node:crypto'
import net from 'node:net'
import { note, observe, where } from '../stage/script.ts'

const hash = createHash('sha1')
let length = 0
let stops = 0
const buffer = Buffer.alloc(30_000)
const socket = net.connect({
  port: where.port,
  host: where.host,
  onread: {
    buffer,
    callback(size, read) {
      if (read !== buffer) note('another buffer')
      hash.update(read.subarray(0, size))
      length += size
      if (length < stops * 10_000_000) return true
      stops++
      setImmediate(() => socket.resume())
      return false
    },
  },
})
observe(socket, 'connect', 'data', 'end', 'close', 'error')
socket.on('close', () => note('all', length, hash.digest('hex'), stops, socket.bytesRead))
