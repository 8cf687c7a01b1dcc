import type { Buffer } from 'node:buffer'
import { targetName, type TransportError } from '@retake/core'
import type { ConnectionFacts, Conversation, ConversationSink, Stamp } from '../protocol.ts'
import { backend } from './backend-messages.ts'
import { backendTypes, frontendTypes, type Message, MessageSplitter, viewOf } from './codec.ts'
import { facts } from './facts.ts'
import { cancelRequestCode, gssRequestCode, readStartup, sslRequestCode } from './frontend-messages.ts'
import { StartupListener } from './startup-listener.ts'
import { StatementListener } from './statement-listener.ts'

/** Where the connection stands. */
type Phase =
  /** Untyped messages from the client. */
  | 'opening'
  /** One byte from the server: whether it will encrypt. */
  | 'ssl-answer'
  | 'gss-answer'
  /** StartupMessage to the first ReadyForQuery. Password messages are not looked at. */
  | 'startup'
  | 'statements'
  /** Nothing more is listened to. */
  | 'deaf'

/** Listens to one connection to a PostgreSQL server. */
export class PostgresConversation implements Conversation {
  readonly #sink: ConversationSink
  readonly #target: string
  readonly #statements: StatementListener
  #sent: MessageSplitter = new MessageSplitter(frontendTypes, false)
  #received: MessageSplitter = new MessageSplitter(backendTypes, true)
  #startup: StartupListener | undefined
  #phase: Phase = 'opening'

  constructor(sink: ConversationSink, facts: ConnectionFacts) {
    this.#sink = sink
    this.#target = targetName(facts.target)
    this.#statements = new StatementListener(sink, this.#target)
  }

  sent(bytes: Uint8Array, stamp: Stamp): void {
    if (this.#phase === 'deaf') return
    this.#checked(
      stamp,
      this.#sent.push(bytes, (message) => {
        if (message.type === 0) this.#opening(message.bytes, stamp)
        else if (this.#phase === 'statements') this.#checked(stamp, this.#statements.sent(message.type, message.bytes, stamp))
      }),
    )
  }

  received(bytes: Uint8Array, stamp: Stamp): void {
    if (this.#phase === 'deaf') return
    let rest = viewOf(bytes)
    if (this.#phase === 'ssl-answer' || this.#phase === 'gss-answer') rest = this.#encryptionAnswer(rest, stamp)
    this.#checked(
      stamp,
      this.#received.push(rest, (message) => this.#hear(message, stamp)),
    )
    this.#statements.delivered(stamp)
  }

  secured(_stamp: Stamp): void {
    if (this.#phase === 'deaf') return
    // The bytes from here on are a fresh beginning inside the encryption.
    this.#sent = new MessageSplitter(frontendTypes, false)
    this.#received = new MessageSplitter(backendTypes, true)
    this.#phase = 'opening'
  }

  sentEnd(_stamp: Stamp): void {}

  receivedEnd(stamp: Stamp): void {
    this.#finish({ kind: 'closed' }, stamp)
  }

  closed(stamp: Stamp, how: { readonly error?: TransportError; readonly byApp: boolean }): void {
    this.#finish(how.error !== undefined ? { kind: 'error', error: how.error } : { kind: how.byApp ? 'abandoned' : 'closed' }, stamp)
    this.#deafen()
  }

  #opening(message: Buffer, stamp: Stamp): void {
    const code = message.length >= 8 ? message.readUInt32BE(4) : 0
    if (code === sslRequestCode) this.#phase = 'ssl-answer'
    else if (code === gssRequestCode) this.#phase = 'gss-answer'
    else if (code === cancelRequestCode) this.#deafen()
    else {
      const startup = readStartup(message)
      if (startup === undefined) return this.#giveUp(`a start-up message with code ${code}`, stamp)
      if (startup.parameters.has('replication') && startup.parameters.get('replication') !== 'false') {
        return this.#giveUp('a replication connection', stamp)
      }
      this.#startup = new StartupListener(this.#sink, this.#target, startup, stamp)
      this.#sent.typed = true
      this.#phase = 'startup'
    }
  }

  /** One byte without a frame; servers older than PostgreSQL's SSL support send an ErrorResponse in its place. */
  #encryptionAnswer(bytes: Buffer, stamp: Stamp): Buffer {
    const [answer] = bytes
    if (answer === undefined) return bytes
    const requested = this.#phase
    this.#phase = 'opening'
    if (answer === backend.error) return bytes
    if (requested === 'ssl-answer') this.#sink.connectionFact(facts.ssl, String.fromCharCode(answer))
    else if (answer === 0x47) this.#giveUp('a connection encrypted with GSSAPI', stamp)
    return bytes.subarray(1)
  }

  #hear(message: Message, stamp: Stamp): void {
    if (this.#phase === 'statements') {
      this.#checked(stamp, this.#statements.received(message, stamp))
    } else if (this.#phase === 'startup' && this.#startup?.received(message, stamp) === 'ready') {
      this.#phase = 'statements'
    }
  }

  #finish(ending: Parameters<StartupListener['finish']>[0], stamp: Stamp): void {
    if (this.#phase === 'startup') this.#startup?.finish(ending, stamp)
    this.#statements.finish(ending, stamp)
  }

  #checked(stamp: Stamp, problem: string | undefined): void {
    if (problem !== undefined) this.#giveUp(problem, stamp)
  }

  #giveUp(reason: string, stamp: Stamp): void {
    if (this.#phase === 'deaf') return
    this.#sink.connectionFact(facts.unreadable, reason)
    this.#finish({ kind: 'abandoned' }, stamp)
    this.#deafen()
  }

  #deafen(): void {
    this.#phase = 'deaf'
    this.#sent.stop()
    this.#received.stop()
  }
}
