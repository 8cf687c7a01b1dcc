import type { Stamp } from '../protocol.ts'
import type { Exchange } from './exchange.ts'
import type { BoundPortal, PreparedStatement } from './prepared.ts'

/** A statement with what the server has told of it. */
export interface TrackedStatement extends PreparedStatement {
  /** When, and for which take, it was parsed. */
  readonly stamp: Stamp
  /** RowDescription; `null` for NoData. */
  columns: Uint8Array | null | undefined
  /** ParameterDescription. */
  parameters: Uint8Array | undefined
}

export interface TrackedPortal extends BoundPortal {
  readonly statement: TrackedStatement
  readonly stamp: Stamp
  columns: Uint8Array | null | undefined
  /** How often it was executed. */
  executions: number
}

/** An Execute that is not answered yet. */
export interface ExecuteExpected {
  readonly kind: 'execute'
  readonly portal: TrackedPortal
  readonly exchange: Exchange
}

/** What the server must still answer. */
export type Expected =
  | { readonly kind: 'parse'; readonly statement: TrackedStatement }
  | { readonly kind: 'bind'; readonly portal: TrackedPortal }
  | { readonly kind: 'describe'; readonly statement: TrackedStatement; readonly portal: TrackedPortal | undefined }
  | ExecuteExpected
  | { readonly kind: 'close' }
  | { readonly kind: 'sync' }
  /** `answered`: something of the answer has come. */
  | { readonly kind: 'query'; readonly sql: string; readonly exchange: Exchange; readonly take: number; answered: boolean }
  | { readonly kind: 'function'; readonly exchange: Exchange }
  /** A query that is bookkeeping of a tracer: its answer is nobody's. */
  | { readonly kind: 'hidden' }

/** No client has more messages unanswered. */
const limit = 500_000

/** The queue of what the server must still answer, in the order in which it must. */
export class ExpectedAnswers {
  #items: Expected[] = []
  #from = 0

  get head(): Expected | undefined {
    return this.#items[this.#from]
  }

  /** @returns Why it cannot be added. */
  add(item: Expected): string | undefined {
    if (this.#items.length - this.#from >= limit) return `more than ${limit} messages without an answer`
    this.#items.push(item)
    return undefined
  }

  /** The head is answered. @returns A complaint when it was something else. */
  take(kind: Expected['kind']): string | undefined {
    const { head } = this
    if (head?.kind !== kind) return `an answer to ${kind}, where ${head?.kind ?? 'nothing'} was asked`
    this.#from++
    if (this.#from > 1024 && this.#from * 2 > this.#items.length) {
      this.#items = this.#items.slice(this.#from)
      this.#from = 0
    }
    return undefined
  }

  /** Takes what an error cancels: everything up to the next Sync, which stays. */
  takeRound(): readonly Expected[] {
    const waiting = this.takeAll()
    const sync = waiting.findIndex(({ kind }) => kind === 'sync')
    if (sync === -1) return waiting
    this.#items = waiting.slice(sync)
    return waiting.slice(0, sync)
  }

  takeAll(): Expected[] {
    const waiting = this.#items.slice(this.#from)
    this.#items = []
    this.#from = 0
    return waiting
  }

  /** Forgets the Syncs right after the head. */
  dropSyncs(): void {
    const [head, ...rest] = this.takeAll()
    if (head !== undefined) this.#items = [head, ...rest.filter(({ kind }) => kind !== 'sync')]
  }

  /** The first answer before the next Sync that belongs to an interaction. */
  firstExchange(): Exchange | undefined {
    for (let index = this.#from; index < this.#items.length; index++) {
      const item = this.#items[index] as Expected
      if (item.kind === 'sync') return undefined
      if ('exchange' in item) return item.exchange
    }
    return undefined
  }
}
