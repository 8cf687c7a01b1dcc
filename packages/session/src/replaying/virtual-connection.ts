import {
  type Call,
  type Chunk,
  type Ending,
  type FieldValue,
  type Interaction,
  primordials,
  RetakeError,
  scopes,
  type Target,
  targetName,
  type TransportError,
} from '@retake/core'
import {
  type AskOptions,
  type ConnectionFacts,
  generic,
  type Protocol,
  protocolNamed,
  protocols,
  type Reply,
  type VirtualServer,
  type VirtualServerHost,
} from '@retake/protocols'
import type { ConnectedFacts, SecuredFacts, VirtualLine, VirtualPeer } from '@retake/transport'
import { secureDefaults, securedFacts, type StoredSecuredFacts } from '../secured-facts.ts'
import type { Ticket } from './player.ts'
import type { TakeLibrary } from './take-library.ts'

/** What a virtual connection needs from the player. */
export interface ConnectionPlayer {
  /** Answers a call of a take. */
  answer(call: Call, reply: Reply, options: AskOptions, take: number | undefined): Ticket
}

/** How long a client of an unknown target may stay silent, in ms, before it is told that nothing will answer. */
const silenceMs = 1000

/** Hands a reply to the client of a connection. */
class ReplyInTurn implements Reply {
  readonly #connection: VirtualConnection
  readonly #reply: Reply
  readonly #take: number

  constructor(connection: VirtualConnection, reply: Reply, take: number) {
    this.#connection = connection
    this.#reply = reply
    this.#take = take
  }

  found(interaction: Interaction): void {
    this.#reply.found(interaction)
  }

  chunk(chunk: Chunk): void {
    this.#connection.turn(this.#take, () => this.#reply.chunk(chunk))
  }

  ending(ending: Ending): void {
    this.#connection.turn(this.#take, () => this.#reply.ending(ending))
  }

  missed(error: RetakeError): void {
    this.#connection.turn(this.#take, () => this.#reply.missed(error))
  }
}

/** One virtual connection: finds the protocol, and stands between the client's socket and the virtual server. */
export class VirtualConnection implements VirtualPeer, VirtualServerHost {
  readonly facts: ConnectionFacts
  readonly #line: VirtualLine
  readonly #player: ConnectionPlayer
  readonly #library: TakeLibrary
  readonly #target: string
  #protocol: Protocol | undefined
  #server: VirtualServer | undefined
  #first: Buffer[] = []
  #refused = false
  /** The recording has connected to this target. */
  #known = false
  /** Take whose reply is being delivered. */
  #replying: number | undefined
  #silence: ReturnType<typeof setTimeout> | undefined

  constructor(target: Target, connection: number, line: VirtualLine, player: ConnectionPlayer, library: TakeLibrary) {
    this.facts = { target, connection }
    this.#target = targetName(target)
    this.#line = line
    this.#player = player
    this.#library = library
  }

  /** The connection is made. */
  open(): void {
    const { target } = this.facts
    const connected = this.#library.fact('connection', this.#target, 'connected') as ConnectedFacts | undefined
    this.#line.connect(connected ?? {}, target.secure ? this.#securedFacts() : undefined)
    this.#known = connected !== undefined
    const recorded = this.#library.fact('connection', this.#target, 'protocol')
    if (typeof recorded === 'string') this.#protocol = protocolNamed(recorded)
    if (this.#protocol !== undefined) this.#serve(this.#protocol)
    else this.#silence = primordials.setTimeout(() => this.#giveUp(), silenceMs)
    this.#silence?.unref()
  }

  /** The connection is one that was refused: whatever the client writes meanwhile is heard by nobody. */
  refuse(deliver: (fail: (error: TransportError) => void) => void): void {
    this.#refused = true
    deliver((error) => this.#line.fail(error))
  }

  received(bytes: Uint8Array): void {
    if (this.#refused || bytes.length === 0) return
    // A client that writes while it is being told something speaks for itself: its scope is its own.
    const replying = this.#replying
    this.#replying = undefined
    try {
      this.#hear(bytes)
    } finally {
      this.#replying = replying
    }
  }

  receivedText(text: string): boolean {
    const server = this.#server
    if (server?.receivedText === undefined) return false
    // As above.
    const replying = this.#replying
    this.#replying = undefined
    try {
      return server.receivedText(text)
    } finally {
      this.#replying = replying
    }
  }

  #hear(bytes: Uint8Array): void {
    if (this.#server !== undefined) {
      this.#server.received(bytes)
      return
    }
    this.#first.push(Buffer.from(bytes))
    const first = Buffer.concat(this.#first)
    const protocol = recognise(first, this.facts.target)
    if (protocol === undefined) return
    this.#first = []
    this.#serve(protocol).received(first)
  }

  receivedEnd(): void {
    if (this.#refused) return
    if (this.#server !== undefined) return this.#server.receivedEnd()
    if (this.#first.length > 0) {
      // Too little for any protocol to know it, and no more will come.
      const first = Buffer.concat(this.#first.splice(0))
      const server = this.#serve(generic)
      server.received(first)
      return server.receivedEnd()
    }
    // Nothing was said: whoever listens there ends too, as far as is known.
    primordials.clearTimeout(this.#silence)
    if (this.#known) this.#line.end()
    else this.#giveUp()
  }

  upgraded(): void {
    this.#server?.secured()
  }

  secured(): SecuredFacts {
    return this.#securedFacts()
  }

  closed(): void {
    primordials.clearTimeout(this.#silence)
    this.#server?.closed()
  }

  connectionFact(name: string): FieldValue | undefined {
    return this.#library.fact(this.#protocol?.name ?? '', this.#target, name)
  }

  ask(call: Call, reply: Reply, options: AskOptions = {}): Ticket {
    const take = this.#replying === undefined ? scopes.getStore()?.take : this.#replying
    return this.#player.answer(call, new ReplyInTurn(this, reply, take ?? 0), options, take)
  }

  /**
   * What the player delivers reaches the client within the player's own macrotask; what is asked meanwhile belongs to the
   * take that is being answered.
   */
  turn(take: number, deliver: () => void): void {
    this.#line.turn(() => {
      this.#replying = take
      try {
        deliver()
      } finally {
        this.#replying = undefined
      }
    })
  }

  send(bytes: Uint8Array): void {
    this.#line.push(bytes)
  }

  end(): void {
    this.#line.end()
  }

  fail(error: TransportError | Error): void {
    this.#line.fail(error)
  }

  later(run: () => void): void {
    primordials.setImmediate(run)
  }

  #serve(protocol: Protocol): VirtualServer {
    primordials.clearTimeout(this.#silence)
    this.#protocol = protocol
    const server = protocol.server(this)
    this.#server = server
    server.opened()
    return server
  }

  #giveUp(): void {
    if (this.#server !== undefined) return
    const what = `${this.#target} was not recorded, and the client waits for it to speak first.`
    this.#line.fail(new RetakeError('RETAKE_MISS', what, { details: { target: this.#target } }))
  }

  #securedFacts(): SecuredFacts {
    const recorded = this.#library.fact('connection', this.#target, 'secured') as StoredSecuredFacts | undefined
    return recorded === undefined ? secureDefaults : securedFacts(recorded)
  }
}

function recognise(first: Buffer, target: Target): Protocol | undefined {
  let undecided = false
  for (const protocol of protocols) {
    const looks = protocol.sniff(first, target)
    if (looks === true) return protocol
    if (looks === undefined) undecided = true
  }
  return undecided ? undefined : generic
}
