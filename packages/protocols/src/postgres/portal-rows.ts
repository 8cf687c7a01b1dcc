import { Buffer } from 'node:buffer'
import { backend, commandComplete, portalSuspended, readTag } from './backend-messages.ts'
import { type Message, visitWhole, wholeMessage } from './codec.ts'

/**
 * The rows of one portal on their way to a client that fetches them with limits. The recorded Execute messages may have had
 * other limits: rows are then handed out as this client asks, and what is left waits for its next Execute.
 */
export class PortalRows {
  /** Messages that the recording has given and the client has not fetched. */
  #waiting: Buffer[] = []
  #waitingRows = 0
  /** The end is among the waiting messages. */
  #waitingEnd = false
  /** Executes of the recording that were asked for. */
  parts = 0
  /** The first Execute of the recording was asked for before this client has sent one. */
  askedAhead = false
  /** The limits of this client cut the rows differently from the recorded ones. */
  #recut = false
  #ended = false

  /** Whether an Execute with this limit can be answered from what is waiting. */
  suffices(limit: number): boolean {
    return this.#waitingEnd || (this.#ended && this.#recut) || (limit > 0 && this.#waitingRows >= limit)
  }

  /** Begins an Execute. */
  fetch(limit: number): PortalFetch {
    return new PortalFetch(this, limit)
  }

  /** Keeps a message for later. */
  keep({ type, bytes }: Message): void {
    this.#recut = true
    this.#waiting.push(Buffer.from(bytes))
    if (type === backend.dataRow) this.#waitingRows++
    else if (endsPortal(type)) this.#waitingEnd = true
  }

  get hasWaiting(): boolean {
    return this.#waiting.length > 0
  }

  /** Takes the messages that wait. */
  takeWaiting(): readonly Buffer[] {
    const waiting = this.#waiting
    this.#waiting = []
    this.#waitingRows = 0
    this.#waitingEnd = false
    return waiting
  }

  ended(): void {
    this.#ended = true
  }

  get over(): boolean {
    return this.#ended
  }

  get recut(): boolean {
    return this.#recut
  }

  /** One Execute is put together from several recorded ones. */
  joined(): void {
    this.#recut = true
  }
}

/** One Execute of a portal. */
export class PortalFetch {
  readonly #rows: PortalRows
  readonly #limit: number
  #given = 0
  #ended = false
  /** The recorded Execute ended at its own limit. */
  #suspended = false

  constructor(rows: PortalRows, limit: number) {
    this.#rows = rows
    this.#limit = limit
  }

  /** Messages for the client out of those that were waiting. */
  fromWaiting(): Buffer[] {
    const said: Buffer[] = []
    for (const waiting of this.#rows.takeWaiting()) {
      const given = this.#offer(wholeMessage(waiting))
      if (given !== 'held') said.push(given === 'as it is' ? waiting : given)
    }
    if (!this.#ended && this.#rows.over && !this.#rows.hasWaiting) {
      said.push(commandComplete(`SELECT ${this.#given}`))
      this.#ended = true
    }
    return said
  }

  /** Messages for the client out of a recorded chunk. */
  fromChunk(bytes: Uint8Array, see: (message: Message) => void): Uint8Array[] {
    const said: Uint8Array[] = []
    let from = 0
    visitWhole(bytes, (message) => {
      see(message)
      const given = this.#offer(message)
      if (given === 'as it is') return
      if (message.start > from) said.push(bytes.subarray(from, message.start))
      if (given !== 'held') said.push(given)
      from = message.end
    })
    // As it came, in one piece, unless something had to be held back or changed.
    if (from < bytes.length) said.push(from === 0 ? bytes : bytes.subarray(from))
    return said
  }

  /** The recorded Execute is over: whether the client must be given the rows of the next one, too. */
  get wantsMore(): boolean {
    return this.#suspended && !this.#ended && !this.#rows.hasWaiting && !this.#full
  }

  /** The next recorded Execute continues this one. */
  continued(): void {
    this.#suspended = false
    this.#rows.joined()
  }

  /** What ends an Execute that the client's limit ended. */
  end(): Buffer[] {
    return !this.#ended && (this.#rows.hasWaiting || this.#suspended || this.#full) ? [portalSuspended] : []
  }

  get #full(): boolean {
    return this.#limit > 0 && this.#given >= this.#limit
  }

  /** What the client gets of a message. */
  #offer(message: Message): 'as it is' | 'held' | Buffer {
    const { type } = message
    if (type === backend.portalSuspended) {
      this.#suspended = true
      return 'held'
    }
    // At its limit PostgreSQL suspends the portal before it has seen that there are no more rows.
    if (this.#rows.hasWaiting || (this.#full && (type === backend.dataRow || type === backend.commandComplete))) {
      this.#rows.keep(message)
      return 'held'
    }
    if (type === backend.dataRow) this.#given++
    if (endsPortal(type)) {
      this.#ended = true
      this.#rows.ended()
    }
    if (type !== backend.commandComplete || !this.#rows.recut) return 'as it is'
    // The tag counts the rows of this Execute alone.
    return commandComplete(readTag(message.bytes).replace(/^(SELECT|FETCH) \d+$/, `$1 ${this.#given}`))
  }
}

function endsPortal(type: number): boolean {
  return type === backend.commandComplete || type === backend.emptyQuery || type === backend.error
}
