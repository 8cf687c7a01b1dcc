/** What a scenario may use. It is bundled into the scenario; nothing in here imports what is patched. */
import { createHash } from 'node:crypto'
import type { EventEmitter } from 'node:events'
import type { Socket } from 'node:net'

/** Where the scenario's server is, from the environment. */
export const where = {
  host: process.env['STAGE_HOST'] ?? '127.0.0.1',
  port: Number(process.env['STAGE_PORT']),
  path: process.env['STAGE_PATH'] ?? '',
  ca: process.env['STAGE_CA'] ?? '',
  /** A port on which nothing listens. */
  closedPort: Number(process.env['STAGE_CLOSED_PORT']),
}

const trace: unknown[] = []

export function note(...what: unknown[]): void {
  trace.push(what.map(simplified))
}

process.on('exit', () => {
  process.stdout.write(`\nTRACE ${JSON.stringify(trace)}\n`)
})
process.on('uncaughtException', (error) => {
  note('uncaught', error)
  process.exit(1)
})

/** Errors with all that their objects have; numbers of ephemeral ports are not the same in two runs. */
function simplified(value: unknown): unknown {
  if (value instanceof Error) {
    const own: { [name: string]: unknown } = {
      name: value.name,
      message: masked(value.message),
      kind: value.constructor.name.replace('NodeAggregateError', 'AggregateError'),
    }
    if (value instanceof AggregateError) own['errors'] = value.errors.map(simplified)
    for (const [key, part] of Object.entries(value)) if (key !== 'cert') own[key] = typeof part === 'string' ? masked(part) : part
    return own
  }
  if (value instanceof Uint8Array) return bytes(value)
  if (value === undefined) return 'undefined'
  return value
}

function masked(text: string): string {
  return text.replace(/(Local \()[^)]*\)/, '$1…)').replace(/^[0-9A-F]+:error:/, 'error:')
}

/** Bytes short, however many. */
export function bytes(data: Uint8Array): string {
  return data.length <= 64 ? Buffer.from(data).toString('latin1') : `${data.length} bytes ${createHash('sha1').update(data).digest('hex')}`
}

export function stateOf(socket: Socket): string {
  const { connecting, pending, readyState, destroyed } = socket
  return [connecting ? 'connecting' : '', pending ? 'pending' : '', readyState, destroyed ? 'destroyed' : ''].filter(Boolean).join(' ')
}

/** Notes the events as they come, with the state of the socket at that moment. */
export function observe(socket: Socket, ...events: string[]): void {
  for (const event of events) {
    socket.on(event, (...args: unknown[]) => note(event, ...args, stateOf(socket)))
  }
}

/** Collects what the socket gives until its end; chunk boundaries are the kernel's, so they are not noted. */
export function collect(socket: Socket, done?: (all: Buffer) => void): void {
  const chunks: Buffer[] = []
  socket.on('data', (chunk: Buffer) => chunks.push(chunk))
  socket.on('end', () => {
    const all = Buffer.concat(chunks)
    note('collected', all)
    done?.(all)
  })
}

export function once<T>(emitter: EventEmitter, event: string): Promise<T> {
  return new Promise((resolve) => emitter.once(event, (value: T) => resolve(value)))
}
