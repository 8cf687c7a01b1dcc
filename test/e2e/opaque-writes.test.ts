import net, { type AddressInfo } from 'node:net'
import path from 'node:path'
import { expect, test } from 'vitest'
import { apps, Workplace } from './workplace.ts'

test('of conversations that begin alike, each write in one go is one exchange', async () => {
  let answers = 0
  const server = net.createServer((socket) => {
    socket.on('data', (piece) => socket.write(String(piece).replaceAll(/\w+/g, (line) => `${line}:${++answers}`)))
  })
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const place = await Workplace.open()
  try {
    const options = { args: [path.join(apps, 'line-client.mjs')], env: { PORT: String(port), RETAKE_LOG: 'warn' } }
    const recorded = await place.run('record', options)
    await new Promise((resolve) => server.close(resolve))
    expect(recorded).toEqual({ ended: 0, output: 'one:1 two:2 \none:3 \n' })
    expect(await place.run('replay', options)).toEqual(recorded)
  } finally {
    await place.close()
  }
})
