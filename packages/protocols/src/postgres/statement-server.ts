import type { Buffer } from 'node:buffer'
import { abortedMessage } from './server-errors.ts'
import { commandComplete, parameterStatus } from './backend-messages.ts'
import { functionCall, queryCall } from './call.ts'
import { CopyIntake } from './copy-intake.ts'
import { readFunctionCall, readQuery } from './frontend-messages.ts'
import { PreparedServer } from './prepared-server.ts'
import { ServedConnection } from './served-connection.ts'
import { type ServerLine, SpokenTurn } from './server-line.ts'
import { statementText } from './sql/statement-text.ts'

/** Answers statements on a connection that is past its start-up. */
export class StatementServer {
  readonly #connection: ServedConnection
  readonly #copies: CopyIntake
  readonly #prepared: PreparedServer

  constructor(line: ServerLine, target: string) {
    this.#connection = new ServedConnection(line, target)
    this.#copies = new CopyIntake(this.#connection)
    this.#prepared = new PreparedServer(this.#connection, this.#copies)
  }

  /** @returns Which message cannot be read. */
  received(type: number, message: Buffer): string | undefined {
    const letter = String.fromCharCode(type)
    if (this.#copies.received(letter, message)) return undefined
    if (letter === 'X') {
      this.#connection.line.end()
      return undefined
    }
    if (letter === 'S') {
      this.#sync()
      return undefined
    }
    if (this.#connection.skipping) return undefined
    if (letter === 'Q') return this.#query(message)
    if (letter === 'F') return this.#function(message)
    return this.#prepared.received(letter, message)
  }

  /** The client is gone. */
  abandon(): void {
    this.#connection.subscriptions.unlisten(['*'])
  }

  #query(message: Buffer): string | undefined {
    const sql = readQuery(message)
    if (sql === undefined) return 'Query'
    this.#prepared.answerAsked()
    const connection = this.#connection
    const { target } = connection
    const text = statementText(sql)
    if (text.tracing) connection.speak(() => this.#traced(sql))
    else if (connection.status.afterMiss) {
      connection.speak(() => {
        connection.line.say(connection.afterMiss(text))
        connection.sayReady()
      })
    } else if (text.copiesIn) {
      this.#copies.begin({
        text,
        callWith: (copy) => queryCall(target, sql, copy),
        plan: () => connection.queryPlan(text),
        acknowledge: () => undefined,
      })
    } else connection.ask(queryCall(target, sql), connection.queryPlan(text))
    return undefined
  }

  #function(message: Buffer): string | undefined {
    const asked = readFunctionCall(message)
    if (asked === undefined) return 'FunctionCall'
    this.#prepared.answerAsked()
    this.#connection.ask(functionCall(this.#connection.target, asked), this.#connection.queryPlan(statementText('')))
    return undefined
  }

  #sync(): void {
    const connection = this.#connection
    if (connection.skipping) this.#prepared.forgetAsked()
    else this.#prepared.answerAsked()
    connection.skipping = false
    connection.line.add(new SpokenTurn(connection.line, () => connection.sayReady(), true))
  }

  /** A tracer names the connection after its span; nobody recorded that. */
  #traced(sql: string): void {
    const { line, status } = this.#connection
    const name = /'([^']*)'/.exec(sql)?.[1] ?? ''
    if (status.letter === 'E') line.say(abortedMessage())
    else line.say(commandComplete('SET'), parameterStatus('application_name', name))
    this.#connection.sayReady()
  }
}
