import type { SpanIds, Target, TransportError } from '@retake/core'
import type { ConnectedFacts } from '@retake/transport'
import { type Conversation, type ConversationSink, generic, type Protocol, protocols, type Stamp } from '@retake/protocols'
import type { StoredSecuredFacts } from '../secured-facts.ts'

/** What a connection needs from the worker. */
export interface ConnectionPorts {
  /** Interactions found on the connection go here. */
  sinkFor(protocol: string): ConversationSink
  /** A connection could not be made. */
  connectFailed(target: Target, error: TransportError, opened: Stamp, failed: Stamp): void
  /** Facts about the target, for the virtual connection: protocol, addresses, TLS. */
  targetFact(name: string, value: unknown): void
  /** Something was sent that cannot be understood, since events before it were lost. */
  notUnderstood(stamp: Stamp): void
}

/** Most bytes that are kept while it is not yet clear which protocol a connection speaks. */
const sniffLimit = 4096

/** One live connection in the worker: waits until it stands, finds its protocol, and feeds the conversation. */
export class ConnectionAssembly {
  readonly #number: number
  readonly #target: Target
  readonly #ports: ConnectionPorts
  readonly #opened: Stamp
  /** The app's span that was active when it last wrote. */
  span: SpanIds | undefined
  #stands = false
  /** Events were lost: nothing is understood until the client begins anew. */
  #deaf = false
  #conversation: Conversation | undefined
  /** What came before the protocol was known, in order. */
  #early: { readonly feed: (conversation: Conversation) => void; readonly sent: Buffer | undefined }[] = []

  constructor(number: number, target: Target, opened: Stamp, ports: ConnectionPorts) {
    this.#number = number
    this.#target = target
    this.#opened = opened
    this.#ports = ports
  }

  connected(facts: ConnectedFacts): void {
    this.#stands = true
    this.#ports.targetFact('connected', facts)
    this.#sniff(false)
  }

  secured(facts: StoredSecuredFacts): void {
    this.#ports.targetFact('secured', facts)
  }

  upgraded(stamp: Stamp): void {
    this.#feed(undefined, (conversation) => conversation.secured(stamp))
  }

  unreadable(reason: string): void {
    this.#ports.targetFact('unreadable', reason)
  }

  sent(bytes: Buffer, stamp: Stamp): void {
    if (this.#deaf) {
      // A client that has an answer outstanding does not begin a call, so the next beginning that is recognised is one.
      if (!protocols.some((protocol) => protocol.sniff(bytes, this.#target) === true)) {
        this.#ports.notUnderstood(stamp)
        return
      }
      this.#deaf = false
    }
    this.#feed(bytes, (conversation) => conversation.sent(bytes, stamp))
  }

  received(bytes: Buffer, stamp: Stamp): void {
    if (this.#deaf) return
    // A server that speaks first: whatever the client has sent so far decides, or nothing.
    if (this.#conversation === undefined) this.#sniff(true)
    this.#feed(undefined, (conversation) => conversation.received(bytes, stamp))
  }

  sentEnd(stamp: Stamp): void {
    this.#feed(undefined, (conversation) => conversation.sentEnd(stamp))
  }

  receivedEnd(stamp: Stamp): void {
    this.#feed(undefined, (conversation) => conversation.receivedEnd(stamp))
  }

  closed(stamp: Stamp, how: { readonly error?: TransportError; readonly byApp: boolean }): void {
    if (this.#deaf) return
    if (!this.#stands && how.error !== undefined && !how.byApp) {
      this.#ports.connectFailed(this.#target, how.error, this.#opened, stamp)
      return
    }
    if (!this.#stands && this.#early.length === 0) return
    // Given up by the app before anybody spoke (a fetch that was aborted): that tells nothing of the target.
    if (how.byApp && this.#conversation === undefined && this.#early.every(({ sent }) => sent === undefined)) return
    if (this.#conversation === undefined) this.#sniff(true)
    this.#conversation?.closed(stamp, how)
  }

  /**
   * Events were lost. What is open is given up; where the client begins anew with bytes that tell their protocol (HTTP/1)
   * the connection is understood again, elsewhere (PostgreSQL, whose state came about by all that was said) not before it
   * is opened anew.
   */
  lost(): void {
    this.#conversation = undefined
    this.span = undefined
    this.#early = []
    this.#stands = true
    this.#deaf = true
  }

  #feed(sent: Buffer | undefined, feed: (conversation: Conversation) => void): void {
    if (this.#deaf) return
    if (this.#conversation !== undefined) {
      feed(this.#conversation)
      return
    }
    this.#early.push({ feed, sent })
    this.#sniff(false)
  }

  /** @param final No more can be waited for: what is not known by now is opaque. */
  #sniff(final: boolean): void {
    if (this.#conversation !== undefined || (!this.#stands && !final)) return
    const protocol = this.#recognise(final)
    if (protocol === undefined) return
    this.#ports.targetFact('protocol', protocol.name)
    const conversation = protocol.conversation(this.#ports.sinkFor(protocol.name), {
      target: this.#target,
      connection: this.#number,
      openedBy: this.#opened.take,
    })
    this.#conversation = conversation
    const early = this.#early
    this.#early = []
    for (const { feed } of early) feed(conversation)
  }

  #recognise(final: boolean): Protocol | undefined {
    const first = Buffer.concat(this.#early.flatMap(({ sent }) => (sent === undefined ? [] : [sent])))
    if (first.length === 0) return final ? generic : undefined
    let undecided = false
    for (const protocol of protocols) {
      const looks = protocol.sniff(first, this.#target)
      if (looks === true) return protocol
      if (looks === undefined) undecided = true
    }
    return undecided && !final && first.length < sniffLimit ? undefined : generic
  }
}
