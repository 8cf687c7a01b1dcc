import http from 'node:http'
import type { FieldRedactor, Interaction } from '@retake/core'
import { expect, test } from 'vitest'
import { WebSocket, WebSocketServer } from 'ws'
import { redactHttp } from '../../src/http1/redact.ts'
import { FrameReader } from '../../src/http1/websocket/frames.ts'
import { joined } from '../../src/rechunk.ts'
import { listening, type RealServer, sameInBothRuns } from '../harness/both-runs.ts'

const secret = 'swordfish'
const redactor: FieldRedactor = {
  tells: () => false,
  named: (_, value) => value,
  text: (text) => text.replaceAll(secret, 'placehold'),
  body: (bytes) => {
    const text = Buffer.from(bytes).toString('utf8')
    return text.includes(secret) ? Buffer.from(text.replaceAll(secret, 'placehold')) : bytes
  },
}

async function talkative(compress: boolean): Promise<RealServer> {
  const server = http.createServer()
  const sockets = new WebSocketServer({ server, perMessageDeflate: compress ? { threshold: 0 } : false })
  sockets.on('connection', (socket) => {
    socket.send(`welcome, the word is ${secret}`)
    socket.on('message', () => {
      // One secret across two fragments, with a ping between them; then in binary; then one that refers to the messages before.
      socket.send(`in parts: ${secret.slice(0, 5)}`, { fin: false })
      socket.ping('are you there')
      socket.send(`${secret.slice(5)}, again`, { fin: true })
      socket.send(Buffer.from(`binary ${secret}`))
      socket.send(`${secret} `.repeat(5000))
    })
  })
  return await listening(server)
}

/** Says one thing, and hears four. */
function listen(url: string): Promise<string[]> {
  return new Promise((resolve, reject) => {
    const heard: string[] = []
    const socket = new WebSocket(url)
    socket.on('message', (data) => {
      heard.push(String(data as Buffer))
      if (heard.length === 1) socket.send('go on')
      if (heard.length === 4) socket.close(1000)
    })
    socket.on('error', reject)
    socket.on('close', () => resolve(heard))
  })
}

function messagesOf(interactions: readonly Interaction[]): string[] {
  const messages: string[] = []
  for (const { outcome } of interactions) {
    if (outcome.kind !== 'stream') continue
    const bytes = joined(outcome.chunks)
    const head = Buffer.from(bytes).indexOf('\r\n\r\n')
    let text = ''
    const reader = new FrameReader({
      data: (data, opcode) => {
        if (opcode < 8) text += Buffer.from(data).toString('utf8')
      },
      end: (opcode, isLast, isCompressed) => {
        expect(isCompressed).toBe(false)
        if (opcode >= 8 || !isLast) return
        messages.push(text)
        text = ''
      },
    })
    for (let at = head < 0 ? 0 : head + 4; at < bytes.length;) at = reader.feed(bytes, at)
  }
  return messages
}

for (const compress of [false, true]) {
  test(`secrets leave the messages of a server: ${compress ? 'compressed' : 'plain'}, fragmented, binary`, async () => {
    const both = await sameInBothRuns(await talkative(compress), (origin) => listen(`${origin.replace('http', 'ws')}/`))
    expect(both.live).toHaveLength(4)
    expect(both.live[1]).toBe(`in parts: ${secret}, again`)
    expect(messagesOf(both.interactions)).toEqual(both.live)
    const redacted = both.interactions.map((interaction) => redactHttp(interaction, redactor))
    expect(messagesOf(redacted)).toEqual(both.live.map((text) => text.replaceAll(secret, 'placehold')))
    // As many chunks as before, at the same moments.
    expect(redacted.map(({ outcome }) => (outcome.kind === 'stream' ? outcome.chunks.length : 0))).toEqual(
      both.interactions.map(({ outcome }) => (outcome.kind === 'stream' ? outcome.chunks.length : 0)),
    )
  })
}
