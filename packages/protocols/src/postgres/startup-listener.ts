import type { Ending } from '@retake/core'
import type { ConversationSink, Stamp } from '../protocol.ts'
import { backend } from './backend-messages.ts'
import { startupCall } from './call.ts'
import type { Message } from './codec.ts'
import { Exchange } from './exchange.ts'
import { facts } from './facts.ts'
import type { Startup } from './frontend-messages.ts'
import { MessageReader } from './message-reader.ts'

/**
 * Listens from the StartupMessage to the first ReadyForQuery. A start-up that goes well is only a fact about the target;
 * one that fails is an interaction. How the client proved who it is does not matter, and is not kept.
 */
export class StartupListener {
  readonly #sink: ConversationSink
  readonly #target: string
  readonly #user: string
  readonly #database: string
  readonly #stamp: Stamp
  readonly #parameters: Map<string, string> = new Map()
  #minor: number
  #refusal: Exchange | undefined

  constructor(sink: ConversationSink, target: string, startup: Startup, stamp: Stamp) {
    this.#sink = sink
    this.#target = target
    this.#user = startup.parameters.get('user') ?? ''
    this.#database = startup.parameters.get('database') ?? this.#user
    this.#stamp = stamp
    this.#minor = startup.minor
  }

  /** @returns `'ready'` when statements follow. */
  received(message: Message, stamp: Stamp): 'ready' | undefined {
    switch (message.type) {
      case backend.parameterStatus: {
        const reader = new MessageReader(message.bytes)
        const name = reader.text()
        const value = reader.text()
        if (!reader.short) this.#parameters.set(name, value)
        return undefined
      }
      case backend.negotiate:
        this.#minor = new MessageReader(message.bytes).int32() & 0xffff
        return undefined
      case backend.error:
        this.#refused().part(message)
        // Views of the input do not outlive this delivery.
        this.#refused().flush(stamp)
        return undefined
      case backend.readyForQuery:
        this.#sink.connectionFact(facts.startup(this.#user, this.#database), true)
        this.#refusal?.end({ kind: 'complete' }, stamp)
        this.#sink.connectionFact(facts.greeting, { parameters: Object.fromEntries(this.#parameters), minor: this.#minor })
        return 'ready'
      default:
        return undefined
    }
  }

  /** The connection ended before the server was ready. */
  finish(ending: Ending, stamp: Stamp): void {
    // An app that hangs up by itself was not refused, unless it did so because it was.
    if (ending.kind === 'abandoned' && this.#refusal === undefined) return
    this.#refused().end(ending.kind === 'abandoned' ? { kind: 'closed' } : ending, stamp)
  }

  #refused(): Exchange {
    if (this.#refusal === undefined) {
      this.#sink.connectionFact(facts.startupFailed(this.#user, this.#database), true)
      this.#refusal = new Exchange(this.#sink.begin(this.#stamp), () => startupCall(this.#target, this.#user, this.#database))
    }
    return this.#refusal
  }
}
