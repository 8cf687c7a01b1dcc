import { greetsFact } from '../generic/call.ts'
import { GenericServer } from '../generic/server.ts'
import type { ConnectionFacts, VirtualServer, VirtualServerHost } from '../protocol.ts'
import type { ReplyLine } from '../reply-line.ts'
import type { RequestHead } from './head.ts'
import { sniffRequest } from './sniff.ts'
import { tunnelTarget } from './tunnel-conversation.ts'

/** The host behind a proxy: counterpart of the tunnel's conversation. */
export class TunnelServer implements VirtualServer {
  readonly #line: ReplyLine
  readonly #host: VirtualServerHost
  readonly #facts: ConnectionFacts
  readonly #http: (host: VirtualServerHost, line: ReplyLine) => VirtualServer
  #inner: VirtualServer | undefined

  /** @param line The connection's replies; that of CONNECT stands first. */
  constructor(line: ReplyLine, request: RequestHead, http: (host: VirtualServerHost, line: ReplyLine) => VirtualServer) {
    this.#line = line
    this.#facts = { ...line.host.facts, target: tunnelTarget(request, line.host.facts.target) }
    this.#host = hostAt(line.host, this.#facts)
    this.#http = http
  }

  opened(): void {
    if (this.#host.connectionFact(greetsFact) !== true) return
    this.#inner = new GenericServer(this.#host, this.#line)
    this.#inner.opened()
  }

  received(bytes: Uint8Array): void {
    this.#inner ??= sniffRequest(bytes) === false ? new GenericServer(this.#host, this.#line) : this.#http(this.#host, this.#line)
    this.#inner.received(bytes)
  }

  secured(): void {
    if (this.#inner !== undefined) return this.#inner.secured()
    const { target } = this.#facts
    this.#inner = this.#http(hostAt(this.#host, { ...this.#facts, target: { ...target, secure: true } }), this.#line)
  }

  receivedEnd(): void {
    this.#inner?.receivedEnd()
  }

  closed(): void {
    if (this.#inner !== undefined) this.#inner.closed()
    else this.#line.abandon()
  }
}

function hostAt(host: VirtualServerHost, facts: ConnectionFacts): VirtualServerHost {
  return {
    facts,
    connectionFact: (name) => host.connectionFact(name),
    ask: (call, reply, options) => host.ask(call, reply, options),
    send: (bytes) => host.send(bytes),
    end: () => host.end(),
    fail: (error) => host.fail(error),
    later: (run) => host.later(run),
  }
}
