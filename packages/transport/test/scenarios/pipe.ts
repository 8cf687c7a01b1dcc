import { connect } from 'node:net'
import { PassThrough, Readable, pipeline } from 'node:stream'
import { note, observe, where } from '../stage/script.ts'

const socket = connect(where.port, where.host)
observe(socket, 'pipe', 'unpipe', 'finish', 'end', 'close', 'error')
socket.removeAllListeners('pipe')
socket.removeAllListeners('unpipe')
const out = new PassThrough()
let all = ''
out.on('data', (chunk: Buffer) => (all += chunk.toString()))
pipeline(Readable.from(['a', 'bc', Buffer.from('def')]), socket, out, (error) => note('pipeline', error, all))
