import net from 'node:net'
import { expect, test } from 'vitest'
import { bothRuns, listening, sameInBothRuns } from '../harness/both-runs.ts'

const opaque = { protocol: 'generic', halfClose: true }

/** A small mail server: it speaks first, and answers line by line. */
function mailServer() {
  return listening(
    net.createServer((socket) => {
      socket.write('220 ready\r\n')
      let text = ''
      socket.on('data', (piece) => {
        text += piece
        for (let end = text.indexOf('\r\n'); end !== -1; end = text.indexOf('\r\n')) {
          const line = text.slice(0, end)
          text = text.slice(end + 2)
          if (line === 'QUIT') socket.end('221 bye\r\n')
          else if (line.startsWith('DATA')) continue
          else socket.write(`250 ${line}\r\n`)
        }
      })
    }),
  )
}

/** Sends the next lines whenever a line came. */
function converse(port: number, steps: readonly (readonly string[])[]): Promise<string[]> {
  return new Promise((resolve) => {
    const heard: string[] = []
    const socket = net.connect(port, '127.0.0.1')
    let step = 0
    socket.on('data', (piece) => {
      heard.push(String(piece))
      for (const line of steps[step++] ?? []) socket.write(line)
    })
    socket.on('error', (error) => heard.push(`error ${(error as NodeJS.ErrnoException).code}`))
    socket.on('end', () => heard.push('end'))
    socket.on('close', () => resolve(heard))
  })
}

test('a server that speaks first, several writes per answer, and its end', async () => {
  const both = await sameInBothRuns(
    await mailServer(),
    (_origin, front) => converse(front.port, [['EHLO a\r\n'], ['DATA 1\r\n', 'DATA 2\r\n', 'RCPT\r\n'], ['QUIT\r\n']]),
    opaque,
  )
  expect(both.live).toEqual(['220 ready\r\n', '250 EHLO a\r\n', '250 RCPT\r\n', '221 bye\r\n', 'end'])
  expect(both.interactions.map(({ call }) => call.fields.sent)).toEqual([
    undefined,
    'EHLO a\r\n',
    'DATA 1\r\nDATA 2\r\nRCPT\r\n',
    'QUIT\r\n',
  ])
})

test('other bytes are a miss that says the protocol is unknown', async () => {
  let run = 0
  const both = await bothRuns(await mailServer(), (_origin, front) => converse(front.port, [[`EHLO ${++run}\r\n`], ['QUIT\r\n']]), opaque)
  expect(both.served).toEqual(['220 ready\r\n', 'error ECONNRESET'])
  expect(both.failures.map((error) => error.message)).toEqual([expect.stringContaining('RETAKE_PROTOCOL_UNKNOWN')])
})

test('binary bytes in both directions', async () => {
  const real = await listening(net.createServer({ allowHalfOpen: true }, (socket) => socket.pipe(socket)))
  await sameInBothRuns(
    real,
    (_origin, front) =>
      new Promise((resolve) => {
        const socket = net.connect(front.port, '127.0.0.1')
        const bytes = Buffer.from(Array.from({ length: 30_000 }, (_, at) => (at * 7) % 256))
        const pieces: Buffer[] = []
        let length = 0
        socket.on('data', (piece) => {
          pieces.push(piece)
          length += piece.length
          if (length === bytes.length) socket.end()
        })
        socket.on('close', () => resolve(Buffer.concat(pieces).toString('base64')))
        socket.write(bytes)
      }),
    opaque,
  )
})

test('exchanges that begin alike and go on at other lengths', async () => {
  const both = await sameInBothRuns(
    await mailServer(),
    async (_origin, front) => [
      await converse(front.port, [['EHLO a\r\n'], ['DATA\r\n', 'RCPT a\r\n'], ['QUIT\r\n']]),
      await converse(front.port, [['EHLO a\r\n'], ['DATA\r\n', 'RCPT a longer one\r\n'], ['QUIT\r\n']]),
      await converse(front.port, [['EHLO a\r\n'], ['DATA\r\n', 'RCPT b\r\n'], ['QUIT\r\n']]),
    ],
    opaque,
  )
  expect(both.live.map((heard) => heard[2])).toEqual(['250 RCPT a\r\n', '250 RCPT a longer one\r\n', '250 RCPT b\r\n'])
})

test('an exchange that is the beginning of another one ends where it ended', async () => {
  const both = await sameInBothRuns(
    await mailServer(),
    async (_origin, front) => [
      await converse(front.port, [['HELO\r\n'], ['QUIT\r\n']]),
      await converse(front.port, [['HELO\r\nDATA\r\n'], ['QUIT\r\n']]),
    ],
    opaque,
  )
  expect(both.live[0]).toEqual(['220 ready\r\n', '250 HELO\r\n', '221 bye\r\n', 'end'])
})

test('nobody asked for a greeting: it is no write, and belongs to who opened the connection', async () => {
  const both = await bothRuns(await mailServer(), (_origin, front) => converse(front.port, [['QUIT\r\n']]), opaque)
  expect(both.interactions.map(({ call }) => call.effect)).toEqual(['session', 'write'])
})
