import net from 'node:net'
import type { Scope } from '@retake/core'
import { note, once, where } from '../stage/script.ts'
import { stage } from '../stage/stage.ts'

// One connection, many takes: each write is told with the scope of the code that wrote.
void (async () => {
  const { scopes } = stage()
  const as = <T>(take: number, run: () => T): T => scopes.run({ take } as Scope, run)
  const socket = as(1, () => net.connect(where.port, where.host))
  as(2, () => socket.write('two'))
  await once(socket, 'connect')
  as(3, () => {
    socket.cork()
    socket.write('three')
    process.nextTick(() => socket.uncork())
  })
  as(4, () => socket.write('four'))
  await as(5, async () => {
    await new Promise((resolve) => setImmediate(resolve))
    socket.end('five')
  })
  socket.resume()
  await once(socket, 'close')
  note('done')
})()
