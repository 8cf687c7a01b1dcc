import net, { type AddressInfo } from 'node:net'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { Workplace } from './workplace.ts'

const script = `
  const socket = require('node:net').connect(Number(process.env.PORT), '127.0.0.1', () => socket.end(process.env.SAYS))
  for (const event of ['connect', 'data', 'end', 'close']) socket.on(event, (value) => console.log(event, String(value)))
  socket.on('error', ({ code }) => console.log('error', code))`

let place: Workplace
let server: net.Server
beforeEach(async () => {
  place = await Workplace.open()
  server = net.createServer((socket) => socket.resume())
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
})
afterEach(async () => {
  server.close()
  await place.close()
})

const run = (mode: 'record' | 'replay', port: number, says = ''): ReturnType<Workplace['run']> =>
  place.run(mode, { args: [place.write('client.cjs', script)], env: { PORT: String(port), SAYS: says, RETAKE_LOG: 'error' } })
const portOf = (): number => (server.address() as AddressInfo).port

test.each([
  ['nothing', ''],
  ['too little for any protocol to know it', 'G'],
])('a client that says %s and ends is told that the other side has ended', async (_, says) => {
  const port = portOf()
  const recorded = await run('record', port, says)
  expect(recorded).toEqual({ ended: 0, output: 'connect undefined\nend undefined\nclose false\n' })
  await new Promise((resolve) => server.close(resolve))
  expect(await run('replay', port, says)).toEqual(recorded)
})

test('where nobody was recorded, it is told so at once', async () => {
  await run('record', portOf())
  const { output } = await run('replay', 1)
  expect(output).toContain('error RETAKE_MISS')
  expect(output).toContain('close true')
})
