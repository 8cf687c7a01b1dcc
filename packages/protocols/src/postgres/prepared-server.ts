import { visitWhole } from './codec.ts'
import type { Buffer } from 'node:buffer'
import { AnswerWatch } from './answer-watch.ts'
import type { AnswerPlan } from './asked-turn.ts'
import { describeCall, executeCall } from './call.ts'
import type { CopyIntake } from './copy-intake.ts'
import type { Asked } from './descriptions.ts'
import { ExecutePlan } from './execute-plan.ts'
import { type Execute, readBind, readExecute, readNamed, readParse } from './frontend-messages.ts'
import { PortalRows } from './portal-rows.ts'
import { type BoundPortal, boundPortal, foreignStatement, parsedStatement, PreparedNames, type PreparedStatement } from './prepared.ts'
import type { ServedConnection } from './served-connection.ts'
import { LateTurn } from './server-line.ts'
import { type StatementText, statementText } from './sql/statement-text.ts'

/** A portal with the rows that its client has not fetched. */
interface ServedPortal extends BoundPortal {
  readonly rows: PortalRows
}

/** Answers the extended query protocol: Parse, Bind, Describe, Execute, Close, Flush. */
export class PreparedServer {
  readonly #connection: ServedConnection
  readonly #copies: CopyIntake
  readonly #names: PreparedNames<PreparedStatement, ServedPortal> = new PreparedNames()
  /**
   * Asked for since the last Execute, Flush or Sync, and answered along with what comes next: only the interaction that
   * answers an Execute knows whether its statement could be parsed at all.
   */
  #asked: Asked[] = []

  constructor(connection: ServedConnection, copies: CopyIntake) {
    this.#connection = connection
    this.#copies = copies
  }

  /** @returns Which message cannot be read. */
  received(letter: string, message: Buffer): string | undefined {
    switch (letter) {
      case 'P':
        return this.#parse(message)
      case 'B':
        return this.#bind(message)
      case 'D':
        return this.#describe(message)
      case 'E': {
        const execute = readExecute(message)
        if (execute === undefined) return 'Execute'
        this.#execute(execute)
        return undefined
      }
      case 'C':
        return this.#close(message)
      case 'H':
        this.answerAsked()
        return undefined
      default:
        return undefined
    }
  }

  /** An error came before what was asked. */
  forgetAsked(): void {
    this.#asked = []
  }

  /** Answers what was asked for without an execution: from facts, or from the failure that was recorded for it. */
  answerAsked(): void {
    const { descriptions, line } = this.#connection
    const all = this.#asked
    this.#asked = []
    let before: Asked[] = []
    for (const [index, item] of all.entries()) {
      before.push(item)
      if (item.kind === 'close') continue
      // A Describe speaks for the Parse or Bind before it.
      if (item.kind !== 'describe' && all.slice(index).some((later) => later.kind === 'describe' && speaksFor(later, item))) continue
      const known = item.kind !== 'describe' || descriptions.knows(item.statement)
      if (known && !descriptions.mayFail(item.statement)) continue
      const portal = item.kind === 'parse' || item.portal === undefined ? undefined : this.#names.portal(item.portal.name)
      this.#askAhead(item.statement, portal, before, known)
      before = []
    }
    if (before.length > 0) this.#connection.speak(() => line.say(...descriptions.answers(before)))
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
    const portal = this.#names.keepPortal({ ...boundPortal(bind, statement), rows: new PortalRows() })
    this.#asked.push({ kind: 'bind', statement, portal })
    return undefined
  }

  #describe(message: Buffer): string | undefined {
    const described = readNamed(message)
    if (described === undefined) return 'Describe'
    const portal = described.kind === 'portal' ? this.#names.portal(described.name) : undefined
    const named = described.kind === 'statement' ? this.#names.statement(described.name) : portal?.statement
    this.#asked.push({ kind: 'describe', statement: named ?? foreignStatement(described.name), portal })
    return undefined
  }

  #close(message: Buffer): string | undefined {
    const closed = readNamed(message)
    if (closed === undefined) return 'Close'
    this.#names.close(closed)
    this.#asked.push({ kind: 'close' })
    return undefined
  }

  #execute({ portal: name, limit }: Execute): void {
    const connection = this.#connection
    const { line, descriptions } = connection
    const portal = this.#names.portal(name) ?? foreignPortal(name)
    const { rows } = portal
    const asked = this.#asked
    this.#asked = []
    const text = statementText(portal.statement.sql)
    if (connection.status.afterMiss) {
      connection.speak(() => {
        line.say(...descriptions.acknowledgements(asked), connection.afterMiss(text))
        if (connection.status.letter === 'E') connection.failRound()
      })
    } else if (rows.askedAhead || rows.suffices(limit)) {
      line.add(
        new LateTurn(line, () => {
          if (!rows.suffices(limit)) return connection.asked(this.#nextPart(portal), this.#plan(portal, asked, limit, text))
          const fetch = rows.fetch(limit)
          line.say(...descriptions.answers(asked), ...fetch.fromWaiting(), ...fetch.end())
          return undefined
        }),
      )
    } else if (text.copiesIn && rows.parts === 0) {
      this.#copies.begin({
        text,
        callWith: (copy) => executeCall(connection.target, portal, 0, copy),
        plan: (begun) => this.#plan(portal, begun ? [] : asked, limit, text),
        acknowledge: () => line.say(...descriptions.answers(asked)),
      })
    } else connection.ask(this.#nextPart(portal), this.#plan(portal, asked, limit, text))
  }

  #nextPart(portal: ServedPortal): ReturnType<typeof executeCall> {
    return executeCall(this.#connection.target, portal, portal.rows.parts++)
  }

  #plan(portal: ServedPortal, asked: readonly Asked[], limit: number, text: StatementText): AnswerPlan {
    const connection = this.#connection
    const { line, descriptions } = connection
    const watch = new AnswerWatch(text)
    const listening = connection.listen(text)
    return new ExecutePlan({
      line,
      rows: portal.rows,
      limit,
      watch,
      begin: (interaction) => line.say(...descriptions.answers(asked, portal.statement, interaction)),
      nextPart: (plan) => connection.asked(this.#nextPart(portal), plan),
      answered: (interaction) => {
        connection.answered(watch, interaction, listening)
        if (watch.failed) connection.failRound()
      },
      missed: (error) => {
        listening.refused()
        line.say(...descriptions.acknowledgements(asked))
        connection.sayMissed(error)
        connection.failRound()
      },
      cancelled: () => listening.refused(),
    })
  }

  /**
   * Asks for the outcome of a Parse or Describe.
   * @param portal The portal that is described: its Execute is asked for, as its failure stands for that of the Describe.
   */
  #askAhead(statement: PreparedStatement, portal: ServedPortal | undefined, asked: readonly Asked[], optional: boolean): void {
    const connection = this.#connection
    const { line, descriptions } = connection
    const text = statementText(statement.sql)
    const watch = new AnswerWatch(text)
    if (portal !== undefined) portal.rows.askedAhead = true
    connection.ask(
      portal === undefined ? describeCall(connection.target, statement) : this.#nextPart(portal),
      {
        begin: (interaction) => line.say(...descriptions.answers(asked, statement, interaction)),
        chunk: (bytes) =>
          visitWhole(bytes, (message) => {
            watch.see(message)
            // Rows that belong to an Execute still to come wait for it.
            if (portal !== undefined && !watch.failed) portal.rows.keep(message)
            else line.say(message.bytes)
          }),
        complete: (interaction, turn) => {
          if (portal !== undefined) portal.rows.askedAhead = false
          if (watch.failed) {
            connection.status.answered(watch.result(interaction))
            connection.failRound()
          }
          line.done(turn)
        },
        missed: (error, turn) => {
          if (portal !== undefined) {
            portal.rows.askedAhead = false
            portal.rows.parts--
          }
          if (optional) line.say(...descriptions.answers(asked))
          else {
            line.say(...descriptions.acknowledgements(asked))
            connection.sayMissed(error)
            connection.failRound()
          }
          line.done(turn)
        },
      },
      { optional, due: optional },
    )
  }
}

/** Whether the failure of what was asked first would show as the failure of this Describe. */
function speaksFor(describe: Asked & { readonly kind: 'describe' }, asked: Asked): boolean {
  return asked.kind === 'bind' ? describe.portal === asked.portal : asked.kind === 'parse' && describe.statement === asked.statement
}

/** A portal that the SQL command DECLARE made, or none at all: what was recorded for it will tell. */
function foreignPortal(name: string): ServedPortal {
  return { name, statement: foreignStatement(name), formats: [], values: [], resultFormats: [], rows: new PortalRows() }
}
