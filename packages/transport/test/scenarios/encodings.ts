import { connect } from 'node:net'
import { note, observe, where } from '../stage/script.ts'

const socket = connect(where.port, where.host)
observe(socket, 'connect', 'end', 'close', 'error')
let all = ''
socket.setEncoding('utf8')
socket.on('data', (chunk: string) => {
  if (typeof chunk !== 'string') note('not a string')
  all += chunk
})
socket.on('close', () => note(all))
socket.write('a€', 'utf8')
socket.write('6263', 'hex')
socket.write('', () => note('empty written'))
socket.write(Buffer.alloc(0))
socket.write('ZGVm', 'base64')
socket.setDefaultEncoding('latin1')
socket.write('\u0067')
socket.write(new Uint8Array([0x68]))
try {
  socket.write(7 as unknown as string)
} catch (error) {
  note('refused', error)
}
socket.cork()
socket.write('i')
socket.write('j', 'ucs2')
process.nextTick(() => {
  socket.uncork()
  socket.end('k', 'ascii')
})
