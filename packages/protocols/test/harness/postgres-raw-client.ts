import net from 'node:net'
import type { Address } from './postgres-runs.ts'

/** Speaks the protocol without a driver, so that a test sees every message. */
export class RawClient {
  readonly #socket: net.Socket
  #bytes: Buffer = Buffer.alloc(0)
  readonly #messages: string[] = []
  #closed = false
  #check: () => void = () => undefined

  private constructor(socket: net.Socket) {
    this.#socket = socket
    socket.on('data', (bytes) => {
      this.#bytes = Buffer.concat([this.#bytes, bytes])
      for (;;) {
        const size = this.#bytes.length < 5 ? Number.POSITIVE_INFINITY : 1 + this.#bytes.readUInt32BE(1)
        if (this.#bytes.length < size) break
        this.#messages.push(printed(this.#bytes.subarray(0, size)))
        this.#bytes = this.#bytes.subarray(size)
      }
      this.#check()
    })
    socket.on('error', () => undefined)
    socket.on('close', () => {
      this.#closed = true
      this.#check()
    })
  }

  static async connect({ host, port }: Pick<Address, 'host' | 'port'>): Promise<RawClient> {
    const socket = net.connect(port, host)
    const client = new RawClient(socket)
    await new Promise<void>((resolve) => void socket.on('connect', () => resolve()))
    return client
  }

  /** Connects and starts up. */
  static async open(address: Address, parameters: { readonly [name: string]: string } = {}, minor: number = 0): Promise<RawClient> {
    const client = await RawClient.connect(address)
    client.send(startup({ user: address.user, database: address.database, ...parameters }, minor))
    await client.until('Z')
    return client
  }

  send(...messages: readonly Uint8Array[]): void {
    this.#socket.write(Buffer.concat(messages))
  }

  /** Takes the messages up to one of this type, or to the end of the connection. */
  async until(type: string): Promise<readonly string[]> {
    for (;;) {
      const at = this.#messages.findIndex((message) => message.startsWith(type))
      if (at !== -1) return this.#messages.splice(0, at + 1)
      if (this.#closed) return [...this.#messages.splice(0), 'closed']
      await new Promise<void>((resolve) => {
        this.#check = resolve
      })
    }
  }

  /** The next bytes that are no message. */
  async byte(): Promise<string> {
    while (this.#bytes.length === 0 && !this.#closed) {
      await new Promise<void>((resolve) => {
        this.#check = resolve
      })
    }
    const byte = this.#bytes.subarray(0, 1).toString('latin1')
    this.#bytes = this.#bytes.subarray(1)
    return byte
  }

  async end(): Promise<void> {
    this.#socket.end(typed('X'))
    await this.until('nothing')
  }
}

export function untyped(code: number, ...parts: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat([int32(code), ...parts])
  return Buffer.concat([int32(body.length + 4), body])
}

export function startup(parameters: { readonly [name: string]: string }, minor: number = 0): Buffer {
  const pairs = Object.entries(parameters).flatMap(([name, value]) => [text(name), text(value)])
  return untyped(0x00030000 + minor, ...pairs, Buffer.alloc(1))
}

export function typed(type: string, ...parts: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat(parts)
  return Buffer.concat([Buffer.from(type, 'latin1'), int32(body.length + 4), body])
}

export function query(sql: string): Buffer {
  return typed('Q', text(sql))
}

export function parse(name: string, sql: string, types: readonly number[] = []): Buffer {
  return typed('P', text(name), text(sql), int16(types.length), ...types.map(int32))
}

export function bind(
  portal: string,
  statement: string,
  values: readonly (string | null)[] = [],
  resultFormats: readonly number[] = [],
): Buffer {
  const encoded = values.flatMap((value) => (value === null ? [int32(-1)] : [int32(Buffer.byteLength(value)), Buffer.from(value)]))
  return typed(
    'B',
    text(portal),
    text(statement),
    int16(0),
    int16(values.length),
    ...encoded,
    int16(resultFormats.length),
    ...resultFormats.map(int16),
  )
}

export function describeMessage(kind: 'S' | 'P', name: string): Buffer {
  return typed('D', Buffer.from(kind), text(name))
}

export function closeMessage(kind: 'S' | 'P', name: string): Buffer {
  return typed('C', Buffer.from(kind), text(name))
}

export function execute(portal: string, limit: number = 0): Buffer {
  return typed('E', text(portal), int32(limit))
}

export const sync: Buffer = typed('S')
export const flush: Buffer = typed('H')

export function text(value: string): Buffer {
  return Buffer.from(`${value}\0`)
}

export function int16(value: number): Buffer {
  const bytes = Buffer.alloc(2)
  bytes.writeInt16BE(value)
  return bytes
}

export function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeInt32BE(value)
  return bytes
}

/** Type and body of a message; what differs from connection to connection is left out. */
function printed(message: Buffer): string {
  const type = message.subarray(0, 1).toString('latin1')
  return type === 'K' ? type : `${type} ${message.subarray(5).toString('latin1')}`
}
