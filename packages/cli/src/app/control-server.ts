import fs from 'node:fs'
import net from 'node:net'
import os from 'node:os'
import path from 'node:path'
import crypto from 'node:crypto'
import { RetakeError } from '@retake/core'
import type { ControlMessage } from '@retake/session'

/** Longest line that is read from an app, in characters: an account lists every miss with its explanation. */
const longestLine = 64 * 1024 * 1024

/** Where the processes of an app report to. */
export interface ControlServer {
  /** Value of RETAKE_CONTROL. */
  readonly address: string
  /** Resolves when every process that connected has hung up, so that nothing which it said is still on its way. */
  quiet(timeoutMs: number): Promise<void>
  close(): Promise<void>
}

/**
 * Listens on a Unix socket in a private directory (a named pipe on Windows): nobody else on the machine can report.
 * @param onMessage Called for each message, in the order in which one process sent them.
 */
export async function openControlServer(onMessage: (message: ControlMessage) => void): Promise<ControlServer> {
  const windows = process.platform === 'win32'
  const directory = windows ? undefined : fs.mkdtempSync(path.join(os.tmpdir(), 'retake-'))
  const address = directory === undefined ? `\\\\.\\pipe\\retake-${crypto.randomUUID()}` : path.join(directory, 'control')
  const connections = new Set<net.Socket>()
  let whenQuiet: (() => void) | undefined

  const server = net.createServer((socket) => {
    connections.add(socket)
    readLines(socket, onMessage)
    socket.on('error', () => socket.destroy())
    socket.once('close', () => {
      connections.delete(socket)
      if (connections.size === 0) whenQuiet?.()
    })
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause) => {
      // The path of a Unix socket has room for 103 bytes on macOS, 107 on Linux.
      reject(
        new RetakeError('RETAKE_USAGE', `No socket can be opened at ${address}: ${cause.message}.`, {
          cause,
          remedy: 'Set TMPDIR to a short path that may be written.',
        }),
      )
    })
    server.listen(address, resolve)
  })

  return {
    address,
    quiet: (timeoutMs) => {
      if (connections.size === 0) return Promise.resolve()
      return new Promise((resolve) => {
        const impatience = setTimeout(resolve, timeoutMs)
        whenQuiet = () => {
          clearTimeout(impatience)
          resolve()
        }
      })
    },
    close: async () => {
      for (const socket of connections) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
      if (directory !== undefined) fs.rmSync(directory, { recursive: true, force: true })
    },
  }
}

function readLines(socket: net.Socket, onMessage: (message: ControlMessage) => void): void {
  let rest = ''
  socket.setEncoding('utf8')
  socket.on('data', (text: string) => {
    const lines = (rest + text).split('\n')
    rest = lines.pop() ?? ''
    if (rest.length > longestLine) socket.destroy(new Error('line too long'))
    for (const line of lines) {
      const message = parsed(line)
      if (message !== undefined) onMessage(message)
    }
  })
}

const types: ReadonlySet<unknown> = new Set<ControlMessage['type']>(['hello', 'listening', 'recorded', 'account', 'stats', 'notice'])

/** A later release may say more than we know: what is not understood is left out. */
function parsed(line: string): ControlMessage | undefined {
  try {
    const message = JSON.parse(line) as { readonly type?: unknown } | null
    return types.has(message?.type) ? (message as ControlMessage) : undefined
  } catch {
    return undefined
  }
}
