import { Buffer } from 'node:buffer'
import type { RetakeError, TransportError } from '@retake/core'
import type { VirtualServerHost } from '../protocol.ts'

/** One thing that the server says in its turn. */
export interface Turn {
  /** Everything before it is said. It calls `line.done(this)` when the next may follow, at once or later. */
  start(): void
  /** It will not be said: an error before it, or the client is gone. */
  cancel(): void
  /** A Sync: where an error stops cancelling. */
  readonly endsRound?: boolean
}

/** What the server says on one connection, in the order in which it was asked. */
export class ServerLine {
  readonly host: VirtualServerHost
  #turns: Turn[] = []
  #running: Turn | undefined
  #unsent: Uint8Array[] = []
  #over = false

  constructor(host: VirtualServerHost) {
    this.host = host
  }

  /** Nothing more can be said. */
  get over(): boolean {
    return this.#over
  }

  /** Adds to what goes out with the next `flush`: what is said together is delivered together. */
  say(...messages: readonly Uint8Array[]): void {
    for (const bytes of messages) if (bytes.length > 0) this.#unsent.push(bytes)
  }

  flush(): void {
    if (this.#unsent.length === 0) return
    const [first] = this.#unsent
    const bytes = this.#unsent.length === 1 && first !== undefined ? first : Buffer.concat(this.#unsent)
    this.#unsent = []
    if (!this.#over) this.host.send(bytes)
  }

  add(turn: Turn): void {
    this.#turns.push(turn)
    this.#advance()
  }

  done(turn: Turn): void {
    if (this.#running !== turn) return
    this.#running = undefined
    this.#advance()
  }

  /** A turn goes on as another one, in the same place. */
  replace(turn: Turn, next: Turn): void {
    if (this.#running !== turn) return
    this.#running = next
    next.start()
  }

  /**
   * An error came: what was asked up to the next Sync is not answered.
   * @returns Whether that Sync was already there.
   */
  cancelRound(): boolean {
    const sync = this.#turns.findIndex(({ endsRound }) => endsRound === true)
    const cancelled = this.#turns.splice(0, sync === -1 ? this.#turns.length : sync)
    for (const turn of cancelled) turn.cancel()
    return sync !== -1
  }

  /** Forgets the Syncs that are waiting right behind. */
  dropSyncs(): void {
    while (this.#turns[0]?.endsRound === true) this.#turns.shift()
  }

  end(): void {
    if (this.#over) return
    this.flush()
    this.abandon()
    this.host.end()
  }

  fail(error: TransportError | RetakeError): void {
    if (this.#over) return
    this.flush()
    this.abandon()
    this.host.fail(error)
  }

  /** Nobody listens any more. */
  abandon(): void {
    if (this.#over) return
    this.#over = true
    this.#unsent = []
    this.#running?.cancel()
    this.#running = undefined
    for (const turn of this.#turns.splice(0)) turn.cancel()
  }

  #advance(): void {
    while (this.#running === undefined && !this.#over) {
      const next = this.#turns.shift()
      if (next === undefined) return
      this.#running = next
      next.start()
    }
  }
}

/** Says something that is known without asking. */
export class SpokenTurn implements Turn {
  readonly #line: ServerLine
  readonly #speak: () => void
  readonly endsRound: boolean

  constructor(line: ServerLine, speak: () => void, endsRound: boolean = false) {
    this.#line = line
    this.#speak = speak
    this.endsRound = endsRound
  }

  start(): void {
    this.#speak()
    this.#line.done(this)
  }

  cancel(): void {}
}

/** Decides only in its turn whether it must ask: what came before it may already hold the answer. */
export class LateTurn implements Turn {
  readonly #line: ServerLine
  readonly #decide: () => Turn | undefined

  /** @param decide Says what is known, or returns the turn that goes on. */
  constructor(line: ServerLine, decide: () => Turn | undefined) {
    this.#line = line
    this.#decide = decide
  }

  start(): void {
    const next = this.#decide()
    if (next === undefined) this.#line.done(this)
    else this.#line.replace(this, next)
  }

  cancel(): void {}
}
