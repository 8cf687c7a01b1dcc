import type { Buffer } from 'node:buffer'
import type { Call, Interaction, RetakeError } from '@retake/core'
import type { AskOptions } from '../protocol.ts'
import { AnswerWatch } from './answer-watch.ts'
import { type AnswerPlan, AskedTurn } from './asked-turn.ts'
import { commandComplete, parameterStatus, readyForQuery } from './backend-messages.ts'
import { type CopiedData, describeCall, executeCall, functionCall, queryCall } from './call.ts'
import { visitWhole } from './codec.ts'
import { CopyInTurn } from './copy-in-turn.ts'
import { type Asked, Descriptions, metaOf } from './descriptions.ts'
import { ExecutePlan } from './execute-plan.ts'
import { facts } from './facts.ts'
import { fingerprint } from './fingerprint.ts'
import { readBind, readExecute, readFunctionCall, readNamed, readParse, readQuery } from './frontend-messages.ts'
import { PortalRows } from './portal-rows.ts'
import { type BoundPortal, boundPortal, foreignStatement, parsedStatement, PreparedNames, type PreparedStatement } from './prepared.ts'
import { abortedMessage, missMessage } from './server-errors.ts'
import { type ServerLine, SpokenTurn } from './server-line.ts'
import { type StatementText, statementText } from './sql/statement-text.ts'
import { Subscriptions } from './subscriptions.ts'
import { TransactionStatus } from './transaction-status.ts'

/** A portal with the rows that its client has not fetched. */
interface ServedPortal extends BoundPortal {
  readonly rows: PortalRows
}

/** Answers statements on a connection that is past its start-up. */
export class StatementServer {
  readonly #line: ServerLine
  readonly #target: string
  readonly #status: TransactionStatus = new TransactionStatus()
  readonly #names: PreparedNames<PreparedStatement, ServedPortal> = new PreparedNames()
  readonly #descriptions: Descriptions
  readonly #subscriptions: Subscriptions
  /** Asked for since the last Execute, Flush or Sync: answered along with what comes next. */
  #asked: Asked[] = []
  /** After an error: nothing is heard up to Sync. */
  #skipping = false
  #copying: CopyInTurn | undefined

  constructor(line: ServerLine, target: string) {
    this.#line = line
    this.#target = target
    this.#descriptions = new Descriptions(line.host)
    this.#subscriptions = new Subscriptions(line.host, target)
  }

  /** @returns Why the message cannot be read. */
  received(type: number, message: Buffer): string | undefined {
    const letter = String.fromCharCode(type)
    if (this.#copying?.received(letter, message) === true) return undefined
    if (letter === 'X') {
      this.#line.end()
      return undefined
    }
    if (this.#skipping && letter !== 'S') return undefined
    switch (letter) {
      case 'Q':
        return this.#query(message)
      case 'P':
        return this.#parse(message)
      case 'B':
        return this.#bind(message)
      case 'D':
        return this.#describe(message)
      case 'E':
        return this.#execute(message)
      case 'C':
        return this.#close(message)
      case 'F':
        return this.#function(message)
      case 'H':
        this.#answerAsked()
        return undefined
      case 'S':
        this.#sync()
        return undefined
      default:
        return undefined
    }
  }

  /** The client is gone. */
  abandon(): void {
    this.#subscriptions.unlisten(['*'])
  }

  #query(message: Buffer): string | undefined {
    const sql = readQuery(message)
    if (sql === undefined) return 'Query'
    this.#answerAsked()
    const text = statementText(sql)
    if (text.tracing) this.#speak(() => this.#traced(sql))
    else if (this.#status.afterMiss) this.#speak(() => this.#line.say(this.#afterMiss(text), readyForQuery(this.#status.letter)))
    else if (text.copiesIn) this.#copyIn(text, (copy) => queryCall(this.#target, sql, copy), () => this.#queryPlan(text), () => undefined)
    else this.#ask(queryCall(this.#target, sql), this.#queryPlan(text))
    return undefined
  }

  #parse(message: Buffer): string | undefined {
    const parse = readParse(message)
    if (parse === undefined) return 'Parse'
    this.#asked.push({ kind: 'parse', statement: this.#names.keepStatement(parsedStatement(parse)) })
    return undefined
  }

  #bind(message: Buffer): string | undefined {
    const bind = readBind(message)
    if (bind === undefined) return 'Bind'
    const statement = this.#names.statement(bind.statement) ?? foreignStatement(bind.statement)
    this.#names.keepPortal({ ...boundPortal(bind, statement), rows: new PortalRows() })
    this.#asked.push({ kind: 'bind', statement })
    return undefined
  }

  #describe(message: Buffer): string | undefined {
    const described = readNamed(message)
    if (described === undefined) return 'Describe'
    const portal = described.kind === 'portal' ? this.#names.portal(described.name) : undefined
    const statement = portal?.statement ?? this.#names.statement(described.name) ?? foreignStatement(described.name)
    this.#asked.push({ kind: 'describe', statement, portal })
    return undefined
  }

  #close(message: Buffer): string | undefined {
    const closed = readNamed(message)
    if (closed === undefined) return 'Close'
    this.#names.close(closed)
    this.#asked.push({ kind: 'close' })
    return undefined
  }

  #execute(message: Buffer): string | undefined {
    const execute = readExecute(message)
    if (execute === undefined) return 'Execute'
    const portal = this.#names.portal(execute.portal) ?? this.#foreignPortal(execute.portal)
    const asked = this.#asked
    this.#asked = []
    const text = statementText(portal.statement.sql)
    if (this.#status.afterMiss) {
      this.#speak(() => {
        this.#line.say(...this.#descriptions.acknowledgements(asked), this.#afterMiss(text))
        if (this.#status.letter === 'E') this.#failRound()
      })
    } else if (portal.rows.suffices(execute.limit)) {
      this.#speak(() => {
        const fetch = portal.rows.fetch(execute.limit)
        this.#line.say(...this.#descriptions.answers(asked), ...fetch.fromWaiting(), ...fetch.end())
      })
    } else if (text.copiesIn && portal.rows.parts === 0) {
      this.#copyIn(
        text,
        (copy) => executeCall(this.#target, portal, 0, copy),
        (begun) => this.#executePlan(portal, begun ? [] : asked, execute.limit, text),
        () => this.#line.say(...this.#descriptions.answers(asked)),
      )
    } else this.#ask(executeCall(this.#target, portal, portal.rows.parts++), this.#executePlan(portal, asked, execute.limit, text))
    return undefined
  }

  #function(message: Buffer): string | undefined {
    const asked = readFunctionCall(message)
    if (asked === undefined) return 'FunctionCall'
    this.#answerAsked()
    this.#ask(functionCall(this.#target, asked), this.#queryPlan(statementText('')))
    return undefined
  }

  #sync(): void {
    if (!this.#skipping) this.#answerAsked()
    this.#skipping = false
    this.#line.add(new SpokenTurn(this.#line, () => this.#line.say(readyForQuery(this.#status.letter)), true))
  }

  /** Answers what was asked for without an execution: from facts, or from the failure that was recorded for it. */
  #answerAsked(): void {
    const all = this.#asked
    this.#asked = []
    let before: Asked[] = []
    for (const [index, item] of all.entries()) {
      before.push(item)
      if (item.kind !== 'parse' && item.kind !== 'describe') continue
      const described = item.kind === 'describe' || all.slice(index).some((later) => later.kind === 'describe' && later.statement === item.statement)
      if (item.kind === 'parse' && described) continue
      const known = item.kind === 'parse' || this.#descriptions.knows(item.statement)
      const portal = item.kind === 'describe' && item.portal !== undefined ? this.#names.portal(item.portal.name) : undefined
      if (known && (portal !== undefined || !this.#descriptions.mayFail(item.statement))) continue
      this.#askAhead(item.statement, portal, before, known)
      before = []
    }
    if (before.length > 0) this.#speak(() => this.#line.say(...this.#descriptions.answers(before)))
  }

  /** Asks for the outcome of a Parse or Describe. */
  #askAhead(statement: PreparedStatement, portal: ServedPortal | undefined, asked: readonly Asked[], optional: boolean): void {
    const call = portal === undefined ? describeCall(this.#target, statement) : executeCall(this.#target, portal, portal.rows.parts++)
    let failed = false
    const plan: AnswerPlan = {
      begin: (interaction) => this.#line.say(...this.#descriptions.answers(asked, statement, interaction)),
      chunk: (bytes) => {
        const watch = new AnswerWatch(statementText(statement.sql))
        // Rows that belong to an Execute still to come wait for it.
        visitWhole(bytes, (type, message) => {
          watch.see(type, message)
          if (portal !== undefined && !watch.failed) portal.rows.keep(type, message)
          else this.#line.say(message)
        })
        failed ||= watch.failed
      },
      complete: (interaction, turn) => {
        if (failed) {
          this.#status.answered({ tags: [], failed, recorded: undefined, text: statementText(statement.sql) })
          this.#failRound()
        } else if (portal === undefined && metaOf(interaction)?.['stage'] === undefined) this.#line.say(...this.#descriptions.answers(asked))
        this.#line.done(turn)
      },
      missed: (error, turn) => {
        if (optional) this.#line.say(...this.#descriptions.answers(asked))
        else this.#missed(error, this.#descriptions.acknowledgements(asked))
        this.#line.done(turn)
      },
    }
    this.#ask(call, plan, { optional })
  }

  #copyIn(
    text: StatementText,
    callWith: (copy: CopiedData | undefined) => Call,
    plan: (begun: boolean) => AnswerPlan,
    acknowledge: () => void,
  ): void {
    const { host } = this.#line
    const key = fingerprint(text.shape)
    const response = host.connectionFact(facts.copyIn(key))
    if (!(response instanceof Uint8Array)) return this.#ask(callWith(undefined), plan(false))
    const turn = new CopyInTurn({
      line: this.#line,
      response,
      acknowledge,
      callWith,
      plan: () => plan(true),
      refusable: host.connectionFact(facts.copyInRefused(key)) === true,
      // Whatever else is sent now belongs to the copy.
      started: () => {
        this.#copying = turn
        this.#line.dropSyncs()
      },
      ended: () => {
        if (this.#copying === turn) this.#copying = undefined
      },
    })
    if (host.connectionFact(facts.copyInFailed(key)) !== true) return this.#line.add(turn)
    // It may have been refused right away; if not, it goes on.
    const refused = plan(false)
    this.#ask(callWith(undefined), { ...boundPlan(refused), missed: (_error, asked) => this.#line.replace(asked, turn) }, { optional: true })
  }

  #queryPlan(text: StatementText): AnswerPlan {
    const watch = new AnswerWatch(text)
    const listening = this.#listen(text)
    return {
      begin: () => undefined,
      chunk: (bytes) => {
        visitWhole(bytes, (type, message) => watch.see(type, message))
        this.#line.say(bytes)
      },
      complete: (interaction, turn) => {
        this.#answered(watch, interaction, listening)
        this.#line.say(readyForQuery(this.#status.letter))
        this.#line.done(turn)
      },
      missed: (error, turn) => {
        listening.refused()
        this.#status.missed()
        this.#line.say(missMessage(error), readyForQuery(this.#status.letter))
        this.#line.done(turn)
      },
      cancelled: () => listening.refused(),
    }
  }

  #executePlan(portal: ServedPortal, asked: readonly Asked[], limit: number, text: StatementText): AnswerPlan {
    const watch = new AnswerWatch(text)
    const listening = this.#listen(text)
    return new ExecutePlan({
      line: this.#line,
      rows: portal.rows,
      limit,
      watch,
      begin: (interaction) => this.#line.say(...this.#descriptions.answers(asked, portal.statement, interaction)),
      nextPart: (plan) => AskedTurn.ask(this.#line, executeCall(this.#target, portal, portal.rows.parts++), plan),
      answered: (interaction) => {
        this.#answered(watch, interaction, listening)
        if (watch.failed) this.#failRound()
      },
      missed: (error) => {
        listening.refused()
        this.#missed(error, this.#descriptions.acknowledgements(asked))
      },
      cancelled: () => listening.refused(),
    })
  }

  #listen(text: StatementText): ReturnType<Subscriptions['listen']> {
    return this.#subscriptions.listen(text.listens)
  }

  #answered(watch: AnswerWatch, interaction: Interaction, listening: ReturnType<Subscriptions['listen']>): void {
    const result = watch.result(interaction)
    this.#status.answered(result)
    if (result.failed) return listening.refused()
    this.#subscriptions.unlisten(result.text.unlistens)
    listening.confirmed()
  }

  #missed(error: RetakeError, acknowledgements: readonly Buffer[]): void {
    this.#status.missed()
    this.#line.say(...acknowledgements, missMessage(error))
    this.#failRound()
  }

  /** "In extended-query mode the server reads and discards messages until Sync." */
  #failRound(): void {
    if (this.#line.cancelRound()) return
    this.#asked = []
    this.#skipping = true
  }

  /**
   * What follows a miss in a transaction was not recorded like that; the server answers as PostgreSQL does in a failed
   * transaction, so that one miss stays one miss.
   */
  #afterMiss({ lastWords }: StatementText): Buffer {
    if (!/^(?:rollback|abort|commit|end)\b/.test(lastWords)) return abortedMessage()
    this.#status.rolledBack(/^rollback (?:(?:work|transaction) )?to\b/.test(lastWords) ? 'savepoint' : 'beginning')
    return commandComplete('ROLLBACK')
  }

  /** A tracer names the connection after its span. */
  #traced(sql: string): void {
    const name = /'([^']*)'/.exec(sql)?.[1] ?? ''
    if (this.#status.letter === 'E') this.#line.say(abortedMessage())
    else this.#line.say(commandComplete('SET'), parameterStatus('application_name', name))
    this.#line.say(readyForQuery(this.#status.letter))
  }

  #ask(call: Call, plan: AnswerPlan, options?: AskOptions): void {
    this.#line.add(AskedTurn.ask(this.#line, call, plan, options))
  }

  #speak(speak: () => void): void {
    this.#line.add(new SpokenTurn(this.#line, speak))
  }

  #foreignPortal(name: string): ServedPortal {
    return { name, statement: foreignStatement(name), formats: [], values: [], resultFormats: [], rows: new PortalRows() }
  }
}

/** The methods of a plan as own properties, so that one of them can be replaced. */
function boundPlan(plan: AnswerPlan): AnswerPlan {
  return {
    begin: (interaction) => plan.begin(interaction),
    chunk: (bytes) => plan.chunk(bytes),
    complete: (interaction, turn) => plan.complete(interaction, turn),
    missed: (error, turn) => plan.missed(error, turn),
    cancelled: () => plan.cancelled?.(),
  }
}

