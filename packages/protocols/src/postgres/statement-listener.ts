import { Buffer } from 'node:buffer'
import type { Ending } from '@retake/core'
import type { ConversationSink, Stamp } from '../protocol.ts'
import { backend, isFatal, type TransactionLetter } from './backend-messages.ts'
import { AskedStatements } from './asked-statements.ts'
import { describeCall, executeCall } from './call.ts'
import { type Message, wholeMessage } from './codec.ts'
import { CopyListener } from './copy-listener.ts'
import { Exchange } from './exchange.ts'
import { type Expected, ExpectedAnswers, type ExecuteExpected } from './expected-answers.ts'
import { facts } from './facts.ts'
import { NotificationListener } from './notification-listener.ts'

/**
 * Pairs statements with their answers on a connection that is past its start-up. The server answers in the order of the
 * client's messages, so a queue of what must come next tells whose every message is.
 */
export class StatementListener {
  readonly #sink: ConversationSink
  readonly #target: string
  readonly #expected: ExpectedAnswers = new ExpectedAnswers()
  readonly #asked: AskedStatements
  readonly #notifications: NotificationListener
  readonly #copy: CopyListener
  /** Exchanges with messages of the delivery that is being read. */
  readonly #touched: Set<Exchange> = new Set()
  /** Answered, but for the ReadyForQuery that its client waits for. */
  #lingering: Exchange | undefined
  /** After an error the server ignores everything up to Sync. */
  #skipping = false
  /** Notices that came before the answer that they belong to has begun. */
  #earlyNotices: Buffer[] = []

  constructor(sink: ConversationSink, target: string) {
    this.#sink = sink
    this.#target = target
    this.#asked = new AskedStatements(sink, target, this.#expected)
    this.#notifications = new NotificationListener(sink, target)
    this.#copy = new CopyListener(sink)
  }

  /** @returns Why the message cannot be followed. */
  sent(type: number, message: Buffer, stamp: Stamp): string | undefined {
    if (this.#copy.sent(type, message)) return undefined
    const letter = String.fromCharCode(type)
    if (letter === 'S') this.#skipping = false
    return this.#skipping ? undefined : this.#asked.sent(letter, message, stamp)
  }

  /** @returns Why the message cannot be followed. */
  received(message: Message, stamp: Stamp): string | undefined {
    switch (message.type) {
      case backend.notice:
        return this.#notice(message)
      case backend.parameterStatus:
        this.#part(this.#current(), message)
        return undefined
      case backend.notification:
        // What was said before it goes before it.
        this.delivered(stamp)
        if (!this.#notifications.received(message.bytes, stamp)) this.#part(this.#current(), message)
        return undefined
      case backend.error:
        return this.#error(message, stamp)
      case backend.readyForQuery:
        return this.#ready(message, stamp)
      default:
        return this.#answer(message, stamp)
    }
  }

  /** The bytes of one delivery are through. */
  delivered(stamp: Stamp): void {
    for (const exchange of this.#touched) exchange.flush(stamp)
    this.#touched.clear()
  }

  /** No more answers come. */
  finish(ending: Ending, stamp: Stamp): void {
    this.delivered(stamp)
    this.#copy.brokenOff()
    this.#lingering?.end(ending, stamp)
    this.#lingering = undefined
    for (const item of this.#expected.takeAll()) if ('exchange' in item) item.exchange.end(ending, stamp)
  }

  #answer(message: Message, stamp: Stamp): string | undefined {
    const { type } = message
    const head = this.#expected.head
    if (head?.kind === 'hidden') return undefined
    if (head?.kind === 'query' || head?.kind === 'function') return this.#queryPart(head, message)
    switch (type) {
      case backend.parseComplete:
        return this.#expected.take('parse')
      case backend.bindComplete:
        return this.#expected.take('bind')
      case backend.closeComplete:
        return this.#expected.take('close')
      case backend.parameterDescription:
        if (head?.kind !== 'describe') return 'a ParameterDescription that nobody asked for'
        head.statement.parameters = Buffer.from(message.bytes)
        return undefined
      case backend.rowDescription:
        return this.#described(head, Buffer.from(message.bytes))
      case backend.noData:
        return this.#described(head, null)
      default:
        return head?.kind === 'execute' ? this.#executePart(head, message, stamp) : `a message 0x${type.toString(16)} that nobody asked for`
    }
  }

  #queryPart(head: Expected & { readonly kind: 'query' | 'function' }, message: Message): string | undefined {
    const { type } = message
    if (type === backend.copyBoth) return 'a replication stream'
    if (head.kind === 'query') {
      if (type === backend.copyIn && !head.answered && this.#copy.begin(head.exchange, head.sql, message.bytes)) return undefined
      head.answered = true
    }
    this.#part(head.exchange, message)
    return undefined
  }

  #executePart(head: ExecuteExpected, message: Message, stamp: Stamp): string | undefined {
    const { type } = message
    if (type === backend.copyBoth) return 'a replication stream'
    if (type === backend.copyIn && this.#copy.begin(head.exchange, head.portal.statement.sql, message.bytes)) {
      // "In the extended-query protocol": Sync and Flush are ignored while data is copied in.
      this.#expected.dropSyncs()
      return undefined
    }
    this.#part(head.exchange, message)
    const complete = type === backend.commandComplete || type === backend.emptyQuery
    if (!complete && type !== backend.portalSuspended) return undefined
    if (complete) this.#notifications.answered(head.portal.statement.sql, head.portal.stamp.take)
    this.#expected.take('execute')
    this.#describeExchange(head)
    this.#settle(head.exchange, stamp)
    return undefined
  }

  #described(head: Expected | undefined, columns: Buffer | null): string | undefined {
    if (head?.kind !== 'describe') return 'a description that nobody asked for'
    const { statement, portal } = head
    if (portal === undefined) {
      statement.columns = columns
      this.#sink.connectionFact(facts.statement(statement.key), { parameters: statement.parameters ?? null, columns })
    } else {
      portal.columns = columns
      this.#sink.connectionFact(facts.portal(statement.key), { columns })
    }
    return this.#expected.take('describe')
  }

  #describeExchange({ exchange, portal }: ExecuteExpected): void {
    const columns = portal.columns ?? portal.statement.columns
    if (columns !== undefined && columns !== null) exchange.meta({ columns })
    else if (portal.columns === null || portal.statement.columns === null) exchange.meta({ columns: null })
  }

  /** Ends what is answered, or lets it wait for the ReadyForQuery that was asked for with it, or for the end that a fatal error foretells. */
  #settle(exchange: Exchange, stamp: Stamp, fatal: boolean = false): void {
    if (fatal || this.#expected.head?.kind === 'sync') this.#lingering = exchange
    else exchange.end({ kind: 'complete' }, stamp)
  }

  #error(message: Message, stamp: Stamp): string | undefined {
    const head = this.#expected.head
    if (head === undefined || head.kind === 'hidden') return undefined
    if (head.kind === 'query' || head.kind === 'function') {
      head.exchange.failed = true
      this.#part(head.exchange, message)
      return undefined
    }
    if (head.kind === 'sync' && this.#lingering !== undefined) {
      // The commit that Sync made has failed (a deferred constraint).
      this.#lingering.failed = true
      this.#part(this.#lingering, message)
      return undefined
    }
    const round = this.#expected.takeRound()
    this.#skipping = this.#expected.head?.kind !== 'sync'
    const blamed = blamedFor(head, round)
    if (blamed === undefined) this.#undescribed(head, message, stamp)
    for (const item of round) {
      if (!('exchange' in item)) continue
      if (item === blamed) {
        blamed.exchange.failed = true
        this.#part(blamed.exchange, message)
        this.#describeExchange(blamed)
        if (head.kind !== 'execute') blamed.exchange.meta({ stage: head.kind })
        this.#copyFailed(blamed.exchange, blamed.portal.statement.sql)
        this.#settle(blamed.exchange, stamp, isFatal(message.bytes))
      } else {
        item.exchange.meta({ skipped: true })
        item.exchange.end({ kind: 'complete' }, stamp)
      }
    }
    return undefined
  }

  /** A Parse, Bind or Describe failed that no Execute followed. */
  #undescribed(head: Expected, message: Message, stamp: Stamp): void {
    const portal = head.kind === 'bind' ? head.portal : head.kind === 'describe' ? head.portal : undefined
    const statement = head.kind === 'parse' || head.kind === 'describe' ? head.statement : portal?.statement
    if (statement === undefined) return
    const call = portal === undefined ? describeCall(this.#target, statement) : executeCall(this.#target, portal, 0)
    const exchange = new Exchange(this.#sink.begin(portal?.stamp ?? statement.stamp), () => call)
    this.#sink.connectionFact(facts.undescribed(statement.key), true)
    exchange.failed = true
    if (head.kind !== 'sync') exchange.meta({ stage: head.kind })
    this.#part(exchange, message)
    this.#settle(exchange, stamp, isFatal(message.bytes))
  }

  #ready(message: Message, stamp: Stamp): string | undefined {
    const status = String.fromCharCode(message.bytes[5] ?? 0x49) as TransactionLetter
    const head = this.#expected.head
    if (head?.kind === 'query' || head?.kind === 'function') {
      if (head.kind === 'query') {
        this.#copyFailed(head.exchange, head.sql)
        if (!head.exchange.failed) this.#notifications.answered(head.sql, head.take)
      }
      head.exchange.meta({ status })
      head.exchange.ready(stamp)
      head.exchange.end({ kind: 'complete' }, stamp)
    } else if (this.#lingering !== undefined) {
      this.#lingering.meta({ status })
      this.#lingering.ready(stamp)
      this.#lingering.end({ kind: 'complete' }, stamp)
    }
    this.#lingering = undefined
    if (head === undefined || !endsWithReady.has(head.kind)) return 'a ReadyForQuery that nobody asked for'
    return this.#expected.take(head.kind)
  }

  #copyFailed(exchange: Exchange, sql: string): void {
    if (exchange.failed) this.#copy.failed(exchange, sql)
  }

  #notice(message: Message): undefined {
    const current = this.#current()
    if (current !== undefined) this.#part(current, message)
    else if (this.#expected.head !== undefined && this.#earlyNotices.length < 100) this.#earlyNotices.push(Buffer.from(message.bytes))
  }

  /** Whose answer is being given. */
  #current(): Exchange | undefined {
    return this.#lingering ?? this.#expected.firstExchange()
  }

  #part(exchange: Exchange | undefined, message: Message): void {
    if (exchange === undefined) return
    if (this.#earlyNotices.length > 0) for (const notice of this.#earlyNotices.splice(0)) exchange.part(wholeMessage(notice))
    exchange.part(message)
    this.#touched.add(exchange)
  }
}

/** What the server answers with ReadyForQuery in the end. */
const endsWithReady: ReadonlySet<Expected['kind']> = new Set(['query', 'function', 'sync', 'hidden'])

/** The Execute whose statement the failed message prepared, bound, described or executed. */
function blamedFor(failed: Expected, round: readonly Expected[]): ExecuteExpected | undefined {
  const statement = failed.kind === 'parse' || failed.kind === 'describe' ? failed.statement : undefined
  const portal = failed.kind === 'bind' || failed.kind === 'execute' || failed.kind === 'describe' ? failed.portal : undefined
  for (const item of round) {
    if (item.kind !== 'execute') continue
    if (item === failed || item.portal === portal || (portal === undefined && item.portal.statement === statement)) return item
  }
  return undefined
}
