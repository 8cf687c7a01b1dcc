import fs from 'node:fs'
import net from 'node:net'
import path from 'node:path'
import { expect, test } from 'vitest'
import type { ControlMessage } from '@retake/session'
import { openControlServer } from '../../src/app/control-server.ts'

async function connected(address: string): Promise<net.Socket> {
  const socket = net.connect(address)
  await new Promise<void>((resolve) => socket.once('connect', resolve))
  return socket
}

test('hands over messages, however they are split, and leaves out what it does not understand', async () => {
  const heard: ControlMessage[] = []
  const control = await openControlServer((message) => heard.push(message))
  const notice = { type: 'notice', level: 'info', text: 'größer' } as const
  const bytes = Buffer.from(`${JSON.stringify(notice)}\nnot json\nnull\n{"type":"later"}\n${JSON.stringify(notice)}\n{"type":"notice"`)
  const socket = await connected(control.address)
  for (const byte of bytes) socket.write(Buffer.of(byte))
  socket.end()
  await control.quiet(20_000)
  expect(heard).toEqual([notice, notice])
  await control.close()
})

test('only its owner can reach it, and nothing is left of it', async () => {
  const control = await openControlServer(() => undefined)
  const directory = path.dirname(control.address)
  expect(fs.statSync(directory).mode & 0o077).toBe(0)
  const socket = await connected(control.address)
  socket.on('error', () => undefined)
  const closed = new Promise((resolve) => socket.once('close', resolve))
  await control.close()
  await closed
  expect(fs.existsSync(directory)).toBe(false)
})
