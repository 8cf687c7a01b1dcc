import net from 'node:net'
import { note } from '../stage/script.ts'

for (const args of [[], [{}], [{ port: 70_000 }], [{ port: 'x' }], [{ port: null }], [{ port: true }], [{ path: 7 }], [-1]]) {
  try {
    const socket = (net.connect as (...args: unknown[]) => net.Socket)(...args)
    socket.on('error', (error) => note('event', error))
  } catch (error) {
    note(args, error)
  }
}
note(
  net.Socket.prototype.connect.name,
  net.Socket.prototype.connect.length,
  net.Socket.prototype.write.length,
  net.Socket.prototype.end.name,
)
