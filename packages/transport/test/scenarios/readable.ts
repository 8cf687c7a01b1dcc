import { createHash } from 'node:crypto'
import { connect } from 'node:net'
import { note, observe, where } from '../stage/script.ts'

// Pulled, not pushed: the buffer fills to its mark, and reading stops until `read` empties it.
const socket = connect({ port: where.port, host: where.host })
observe(socket, 'end', 'close', 'error')
const hash = createHash('sha1')
let length = 0
let most = 0
socket.on('connect', () => {
  void (async () => {
    for await (const chunk of socket as AsyncIterable<Buffer>) {
      most = Math.max(most, socket.readableLength)
      length += chunk.length
      hash.update(chunk)
      if (length % 7 === 0) await new Promise((resolve) => setImmediate(resolve))
    }
    note('all', length, hash.digest('hex'), most < 1_000_000)
  })()
})
