import net from 'node:net'
import type { Interaction } from '@retake/core'
import type { ConnectionFacts, Conversation, Protocol, VirtualServer } from '@retake/protocols'
import { FifoPlayer } from './fifo-player.ts'
import { InteractionCollector } from './interaction-collector.ts'

/**
 * One port in front of a server: first it forwards to the real one and listens, then it answers from what it heard with
 * the real one gone. Clients cannot tell by the address.
 */
export class FrontServer {
  readonly collector = new InteractionCollector()
  player: FifoPlayer | undefined
  readonly #protocol: Protocol
  readonly #server = net.createServer({ allowHalfOpen: true, noDelay: true })
  readonly #finish = new Set<() => Promise<void>>()
  readonly #failures: Error[] = []
  readonly #waiting: { readonly text: string; readonly resolve: () => void }[] = []
  readonly #halfClose: boolean
  #upstream: number | undefined
  #connections = 0

  /**
   * @param options.halfClose Whether a client's FIN leaves the other direction open. From outside, an app that destroys
   *   its socket looks like one that closes its side only; HTTP clients never do the latter.
   */
  constructor(protocol: Protocol, options: { readonly halfClose?: boolean } = {}) {
    this.#protocol = protocol
    this.#halfClose = options.halfClose === true
    this.#server.on('connection', (socket) => {
      if (this.player === undefined) this.#tap(socket)
      else this.#serve(socket, this.player)
    })
  }

  get port(): number {
    return (this.#server.address() as net.AddressInfo).port
  }

  /** Errors with which virtual servers broke connections. */
  get failures(): readonly Error[] {
    return this.#failures
  }

  /** Resolves when a client's bytes with this text in them have arrived here. */
  heard(text: string): Promise<void> {
    return new Promise((resolve) => void this.#waiting.push({ text, resolve }))
  }

  #notice(bytes: Buffer): void {
    for (const waiting of this.#waiting.splice(0)) {
      if (bytes.includes(waiting.text)) setImmediate(waiting.resolve)
      else this.#waiting.push(waiting)
    }
  }

  async listen(upstream: number): Promise<void> {
    this.#upstream = upstream
    await new Promise<void>((resolve) => void this.#server.listen(0, '127.0.0.1', resolve))
  }

  /** Ends what is still open; from now on answers come from memory. */
  async serveFrom(interactions: readonly Interaction[]): Promise<void> {
    await this.finishConnections()
    this.player = new FifoPlayer(interactions)
  }

  /** Ends idle connections, and waits until the clients know. */
  async finishConnections(): Promise<void> {
    await Promise.all([...this.#finish].map((finish) => finish()))
  }

  async close(): Promise<void> {
    await this.finishConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  #facts(): ConnectionFacts {
    return { connection: ++this.#connections, target: { host: '127.0.0.1', port: this.port, path: undefined, secure: false } }
  }

  #tap(client: net.Socket): void {
    const conversation: Conversation = this.#protocol.conversation(this.collector, this.#facts())
    const server = net.connect({ port: this.#upstream as number, host: '127.0.0.1', allowHalfOpen: true, noDelay: true })
    const stamp = (take: number) => ({ take, at: performance.now() })
    let over = false
    const closed = (how: Parameters<Conversation['closed']>[1]): void => {
      if (over) return
      over = true
      conversation.closed(stamp(0), how)
    }
    const finish = (): Promise<void> => {
      closed({ byApp: true })
      server.destroy()
      return hungUp(client)
    }
    this.#finish.add(finish)
    client.on('data', (bytes) => {
      if (over) return
      conversation.sent(bytes, stamp(1))
      server.write(bytes)
      this.#notice(bytes)
    })
    client.on('end', () => {
      if (this.#halfClose) {
        if (!over) conversation.sentEnd(stamp(1))
        server.end()
      } else {
        closed({ byApp: true })
        server.destroy()
        client.end()
      }
    })
    client.on('error', () => {
      closed({ byApp: true })
      server.destroy()
    })
    client.on('close', () => {
      closed({ byApp: true })
      server.destroy()
      this.#finish.delete(finish)
    })
    server.on('data', (bytes) => {
      if (over) return
      conversation.received(bytes, stamp(0))
      client.write(bytes)
    })
    server.on('end', () => {
      if (!over) conversation.receivedEnd(stamp(0))
      client.end()
    })
    server.on('error', (error: NodeJS.ErrnoException) => {
      closed({ byApp: false, error: { code: error.code ?? 'UNKNOWN', message: error.message } })
      reset(client)
    })
  }

  #serve(client: net.Socket, player: FifoPlayer): void {
    const server: VirtualServer = this.#protocol.server({
      facts: this.#facts(),
      connectionFact: (name) => this.collector.facts.get(name),
      ask: (call, reply, options) => player.ask(call, reply, options),
      send: (bytes) => void client.write(bytes),
      end: () => void client.end(),
      fail: (error) => {
        if (error instanceof Error) this.#failures.push(error)
        reset(client)
      },
      later: (run) => void setImmediate(run),
    })
    let over = false
    const closed = (): void => {
      if (over) return
      over = true
      server.closed()
    }
    const finish = (): Promise<void> => {
      closed()
      return hungUp(client)
    }
    this.#finish.add(finish)
    client.on('data', (bytes) => {
      if (!over) server.received(bytes)
      this.#notice(bytes)
    })
    client.on('end', () => {
      if (!this.#halfClose) {
        closed()
        client.end()
      } else if (!over) server.receivedEnd()
    })
    client.on('error', closed)
    client.on('close', () => {
      closed()
      this.#finish.delete(finish)
    })
    server.opened()
  }
}

/** A client that closed its side in answer has taken note and will not use the connection again. */
async function hungUp(client: net.Socket): Promise<void> {
  if (client.closed) return
  await new Promise<void>((resolve) => {
    client.on('close', () => resolve())
    client.resume().end()
  })
}

/** Sends RST without FIN before it; `resetAndDestroy` closes the writing side first. */
export function reset(socket: net.Socket): void {
  const handle: unknown = Reflect.get(socket, '_handle')
  if (typeof handle === 'object' && handle !== null) (Reflect.get(handle, 'reset') as (done: () => void) => void).call(handle, () => {})
  socket.destroy()
}
