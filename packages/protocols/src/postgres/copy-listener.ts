import { Buffer } from 'node:buffer'
import type { ConversationSink } from '../protocol.ts'
import type { Exchange } from './exchange.ts'
import { facts } from './facts.ts'
import { DataDigest } from './fingerprint.ts'
import { MessageReader } from './message-reader.ts'
import { statementText } from './sql/statement-text.ts'

/** Listens to the data of `COPY … FROM STDIN`: not the data, only its digest decides which call it was. */
export class CopyListener {
  readonly #sink: ConversationSink
  #running: { readonly exchange: Exchange; readonly key: string; readonly digest: DataDigest } | undefined
  /** Exchanges whose COPY the server had agreed to. */
  readonly #agreed: WeakSet<Exchange> = new WeakSet()

  constructor(sink: ConversationSink) {
    this.#sink = sink
  }

  /**
   * The server asks for data.
   * @returns `false` when the COPY is one of several statements: that is not modelled, and its messages are kept as they are.
   */
  begin(exchange: Exchange, sql: string, copyInResponse: Buffer): boolean {
    const text = statementText(sql)
    if (!text.copiesIn) return false
    const key = text.key
    this.#sink.connectionFact(facts.copyIn(key), Buffer.from(copyInResponse))
    this.#running = { exchange, key, digest: new DataDigest() }
    this.#agreed.add(exchange)
    return true
  }

  /** @returns Whether the message belongs to the copy. */
  sent(type: number, message: Buffer): boolean {
    const running = this.#running
    if (running === undefined) return false
    const { exchange, digest } = running
    switch (String.fromCharCode(type)) {
      case 'd':
        digest.update(message.subarray(5))
        return true
      case 'c':
        this.#running = undefined
        exchange.copied({ bytes: digest.bytes, sha256: digest.hex() })
        return true
      case 'f':
        this.#running = undefined
        exchange.copied({ bytes: digest.bytes, sha256: digest.hex(), failed: new MessageReader(message).text() })
        return true
      default:
        // Sync and Flush are ignored by the server; anything else it answers with an error.
        return true
    }
  }

  /** The server answered a COPY with an error. */
  failed(exchange: Exchange, sql: string): void {
    if (this.#running?.exchange === exchange) this.brokenOff()
    else if (!this.#agreed.has(exchange)) {
      const text = statementText(sql)
      if (text.copiesIn) this.#sink.connectionFact(facts.copyInFailed(text.key), true)
    }
  }

  /** No end of the data was heard. */
  brokenOff(): void {
    if (this.#running === undefined) return
    const { exchange, key } = this.#running
    this.#running = undefined
    this.#sink.connectionFact(facts.copyInRefused(key), true)
    exchange.copied('refused')
  }
}
