import net from 'node:net'
import { note, where } from '../stage/script.ts'

// The order of a socket's events among ticks and microtasks of the app.
const socket = net.connect(where.port, where.host)
void Promise.resolve().then(() => note('microtask'))
process.nextTick(() => note('tick'))
socket.on('connect', () => {
  note('connect')
  process.nextTick(() => note('tick of connect'))
  void Promise.resolve().then(() => note('microtask of connect'))
  socket.write('x', () => note('written'))
})
socket.on('ready', () => note('ready'))
socket.on('data', () => {
  note('data')
  process.nextTick(() => note('tick of data'))
  void Promise.resolve().then(() => note('microtask of data'))
  socket.end(() => note('end called'))
})
socket.on('finish', () => note('finish'))
socket.on('end', () => {
  note('end')
  process.nextTick(() => note('tick of end'))
})
socket.on('close', () => note('close'))
