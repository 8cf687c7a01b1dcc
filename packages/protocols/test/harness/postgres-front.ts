import net from 'node:net'
import tls from 'node:tls'
import type { Interaction } from '@retake/core'
import { type Conversation, type Protocol, protocolNamed, type Stamp, type VirtualServer } from '@retake/protocols'
import { type Certificate, selfSignedCertificate } from '../../../../test/services/certificate.ts'
import type { PostgresService } from '../../../../test/services/postgres.ts'
import { InteractionCollector } from './interaction-collector.ts'
import { PostgresPlayer } from './postgres-player.ts'

/**
 * One port in front of a PostgreSQL server: first it forwards and listens, then it answers from what it heard. TLS ends
 * here on both sides, so that the conversation hears plaintext, as a tap above the cipher does.
 */
export class PostgresFront {
  readonly collector: InteractionCollector = new InteractionCollector()
  /** Cuts what is received into pieces of this many bytes. */
  pieces: number = Number.POSITIVE_INFINITY
  player: PostgresPlayer | undefined
  readonly #protocol: Protocol
  readonly #service: PostgresService
  readonly #certificate: Certificate = selfSignedCertificate()
  readonly #server: net.Server = net.createServer((socket) => {
    if (this.player === undefined) this.#tap(socket)
    else this.#serve(socket, this.player)
  })
  readonly #open: Set<net.Socket> = new Set()
  readonly #waiting: Set<{ readonly text: string; readonly resolve: () => void }> = new Set()
  #connections = 0

  constructor(service: PostgresService) {
    const protocol = protocolNamed('postgres')
    if (protocol === undefined) throw new Error('the protocol is not registered')
    this.#protocol = protocol
    this.#service = service
  }

  get port(): number {
    return (this.#server.address() as net.AddressInfo).port
  }

  async listen(): Promise<void> {
    await new Promise<void>((resolve) => void this.#server.listen(0, '127.0.0.1', resolve))
  }

  /** From now on the real server is not needed. */
  async serveFrom(interactions: readonly Interaction[]): Promise<PostgresPlayer> {
    await this.#closeConnections()
    this.player = new PostgresPlayer(interactions)
    return this.player
  }

  async close(): Promise<void> {
    await this.#closeConnections()
    await new Promise<void>((resolve) => void this.#server.close(() => resolve()))
  }

  /** Resolves when a client has sent a text. */
  heard(text: string): Promise<void> {
    return new Promise((resolve) => void this.#waiting.add({ text, resolve }))
  }

  #hear(bytes: Buffer): void {
    for (const waiting of this.#waiting) {
      if (!bytes.includes(waiting.text)) continue
      this.#waiting.delete(waiting)
      waiting.resolve()
    }
  }

  /** Breaks every connection, as a dying server does. */
  reset(): void {
    for (const socket of this.#open) socket.resetAndDestroy()
  }

  async #closeConnections(): Promise<void> {
    await Promise.all(
      [...this.#open].map(
        (socket) =>
          new Promise<void>((resolve) => {
            if (socket.closed) return resolve()
            socket.on('close', () => resolve())
            socket.destroy()
          }),
      ),
    )
  }

  #tap(client: net.Socket): void {
    const conversation = this.#protocol.conversation(this.collector, this.#facts())
    const upstream = net.connect(this.#service.port, this.#service.host)
    const line = new TappedLine(conversation, this.#certificate, () => this.pieces)
    this.#track(client)
    this.#track(upstream)
    client.on('data', (bytes) => this.#hear(bytes))
    line.join(client, upstream)
  }

  #serve(socket: net.Socket, player: PostgresPlayer): void {
    this.#track(socket)
    let client: net.Socket = socket
    let upgrading = false
    let server: VirtualServer | undefined = undefined
    const listen = (): void => {
      client.on('data', (bytes) => {
        // Of any client the first message that is 8 bytes long is the request for TLS.
        upgrading = !(client instanceof tls.TLSSocket) && bytes.length === 8
        server?.received(bytes)
      })
      client.on('end', () => server?.receivedEnd())
      client.on('error', () => undefined)
      client.on('close', () => {
        if (!upgrading) server?.closed()
      })
    }
    server = this.#protocol.server({
      facts: this.#facts(),
      connectionFact: (name) => this.collector.facts.get(name),
      ask: (call, reply, options) => player.ask(call, reply, options),
      send: (bytes) => {
        const accepts = upgrading && bytes[0] === 0x53
        upgrading = false
        if (!accepts) return void client.write(bytes)
        client.removeAllListeners('data')
        client.write(bytes)
        client = new tls.TLSSocket(client, { isServer: true, ...this.#certificate })
        listen()
        server?.secured()
      },
      end: () => client.end(),
      fail: () => socket.resetAndDestroy(),
      later: (run) => void setImmediate(run),
    })
    listen()
    server.opened()
  }

  #track(socket: net.Socket): void {
    this.#open.add(socket)
    socket.on('close', () => this.#open.delete(socket))
  }

  #facts(): Parameters<Protocol['conversation']>[1] {
    return { connection: ++this.#connections, target: { host: '127.0.0.1', port: this.port, path: undefined, secure: false } }
  }
}

/** Forwards between a client and the real server, and lets a conversation hear it. */
class TappedLine {
  readonly #conversation: Conversation
  readonly #certificate: Certificate
  readonly #pieces: () => number
  #over = false

  constructor(conversation: Conversation, certificate: Certificate, pieces: () => number) {
    this.#conversation = conversation
    this.#certificate = certificate
    this.#pieces = pieces
  }

  join(client: net.Socket, upstream: net.Socket): void {
    let asksForTls = false
    client.on('data', (bytes) => {
      asksForTls = !(client instanceof tls.TLSSocket) && bytes.length === 8
      this.#conversation.sent(bytes, this.#stamp(1))
      upstream.write(bytes)
    })
    upstream.on('data', (bytes) => {
      for (let at = 0; at < bytes.length; at += this.#pieces())
        this.#conversation.received(bytes.subarray(at, at + this.#pieces()), this.#stamp(0))
      client.write(bytes)
      if (asksForTls && bytes[0] === 0x53) this.#secure(client, upstream)
      asksForTls = false
    })
    client.on('end', () => upstream.end())
    upstream.on('end', () => {
      this.#conversation.receivedEnd(this.#stamp(0))
      client.end()
    })
    client.on('error', () => upstream.destroy())
    upstream.on('error', (error: NodeJS.ErrnoException) => {
      this.#closed({ byApp: false, error: { code: error.code ?? '', message: error.message } })
      client.resetAndDestroy()
    })
    client.on('close', () => {
      this.#closed({ byApp: true })
      upstream.destroy()
    })
    upstream.on('close', () => this.#closed({ byApp: false }))
  }

  #secure(client: net.Socket, upstream: net.Socket): void {
    for (const event of ['data', 'end', 'error', 'close']) {
      client.removeAllListeners(event)
      upstream.removeAllListeners(event)
    }
    this.#conversation.secured(this.#stamp(1))
    this.join(
      new tls.TLSSocket(client, { isServer: true, ...this.#certificate }),
      tls.connect({ socket: upstream, rejectUnauthorized: false }),
    )
  }

  #closed(how: Parameters<Conversation['closed']>[1]): void {
    if (this.#over) return
    this.#over = true
    this.#conversation.closed(this.#stamp(0), how)
  }

  #stamp(take: number): Stamp {
    return { take, at: performance.now() }
  }
}
