import net from 'node:net'
import { note, observe, once, where } from '../stage/script.ts'

async function variant(name: string, act: (controller: AbortController, socket: net.Socket) => void): Promise<void> {
  note('variant', name)
  const controller = new AbortController()
  const socket = new net.Socket({ signal: controller.signal } as net.SocketConstructorOpts)
  observe(socket, 'connect', 'close', 'error')
  const closed = once(socket, 'close')
  socket.connect(where.port, where.host)
  act(controller, socket)
  await closed
}

void (async () => {
  await variant('at once', (controller) => controller.abort())
  await variant('when connected', (controller, socket) => {
    socket.on('connect', () => controller.abort())
  })
  await variant('when it has data', (controller, socket) => {
    socket.write('x')
    socket.on('data', () => controller.abort(new Error('why')))
  })
})()
