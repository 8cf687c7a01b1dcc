import type { Buffer } from 'node:buffer'
import type { ConversationSink, Stamp } from '../protocol.ts'
import { executeCall, functionCall, queryCall } from './call.ts'
import { Exchange } from './exchange.ts'
import type { ExpectedAnswers, TrackedPortal, TrackedStatement } from './expected-answers.ts'
import { readBind, readExecute, readFunctionCall, readNamed, readParse, readQuery } from './frontend-messages.ts'
import { boundPortal, foreignStatement, parsedStatement, PreparedNames } from './prepared.ts'
import { repeatedExecute, repeatedQuery } from './repeated-calls.ts'
import { statementText } from './sql/statement-text.ts'

/** Turns what the client sends into what the server must answer, and begins an interaction for every execution. */
export class AskedStatements {
  readonly #sink: ConversationSink
  readonly #target: string
  readonly #expected: ExpectedAnswers
  readonly #names: PreparedNames<TrackedStatement, TrackedPortal> = new PreparedNames()

  constructor(sink: ConversationSink, target: string, expected: ExpectedAnswers) {
    this.#sink = sink
    this.#target = target
    this.#expected = expected
  }

  /** @returns Why the message cannot be followed. */
  sent(letter: string, message: Buffer, stamp: Stamp): string | undefined {
    switch (letter) {
      case 'Q':
        return this.#query(message, stamp)
      case 'P':
        return this.#parse(message, stamp)
      case 'B':
        return this.#bind(message, stamp)
      case 'D':
        return this.#describe(message, stamp)
      case 'E':
        return this.#execute(message, stamp)
      case 'C':
        return this.#close(message)
      case 'F':
        return this.#function(message, stamp)
      case 'S':
        return this.#expected.add({ kind: 'sync' })
      default:
        // Flush asks for nothing; Terminate ends; copy data after the server has refused it is ignored by it, too.
        return undefined
    }
  }

  #query(message: Buffer, stamp: Stamp): string | undefined {
    const sql = readQuery(message)
    if (sql === undefined) return 'a Query that cannot be read'
    if (statementText(sql).tracing) return this.#expected.add({ kind: 'hidden' })
    const exchange = new Exchange(this.#sink.begin(stamp), (copy) =>
      copy === undefined ? repeatedQuery(this.#target, sql) : queryCall(this.#target, sql, copy),
    )
    return this.#expected.add({ kind: 'query', sql, exchange, take: stamp.take, answered: false })
  }

  #parse(message: Buffer, stamp: Stamp): string | undefined {
    const parse = readParse(message)
    if (parse === undefined) return 'a Parse that cannot be read'
    const { name, sql, types, known, key, untypedKey, bound } = parsedStatement(parse)
    // Written out: a spread copies by the slow way, and this comes with every query.
    const statement: TrackedStatement = {
      name,
      sql,
      types,
      known,
      key,
      untypedKey,
      bound,
      stamp,
      columns: undefined,
      parameters: undefined,
    }
    this.#names.keepStatement(statement)
    return this.#expected.add({ kind: 'parse', statement })
  }

  #bind(message: Buffer, stamp: Stamp): string | undefined {
    const bind = readBind(message)
    if (bind === undefined) return 'a Bind that cannot be read'
    const statement = this.#statement(bind.statement, stamp)
    // A statement's first portal belongs to whoever had it parsed: some drivers bind when they have read the description,
    // in the context of the connection.
    const first = !statement.bound && statement.known
    statement.bound = true
    const { name, formats, values, resultFormats } = boundPortal(bind, statement)
    const portal: TrackedPortal = {
      name,
      statement,
      formats,
      values,
      resultFormats,
      stamp: first ? statement.stamp : stamp,
      columns: undefined,
      executions: 0,
    }
    return this.#expected.add({ kind: 'bind', portal: this.#names.keepPortal(portal) })
  }

  #describe(message: Buffer, stamp: Stamp): string | undefined {
    const described = readNamed(message)
    if (described === undefined) return 'a Describe that cannot be read'
    const portal = described.kind === 'portal' ? this.#names.portal(described.name) : undefined
    const statement = portal?.statement ?? this.#statement(described.name, stamp)
    return this.#expected.add({ kind: 'describe', statement, portal })
  }

  #execute(message: Buffer, stamp: Stamp): string | undefined {
    const execute = readExecute(message)
    if (execute === undefined) return 'an Execute that cannot be read'
    const portal = this.#names.portal(execute.portal) ?? foreignPortal(execute.portal, stamp)
    const part = portal.executions++
    const begun = part === 0 ? portal.stamp : stamp
    const exchange = new Exchange(this.#sink.begin(begun), (copy) =>
      copy === undefined ? repeatedExecute(this.#target, portal, part) : executeCall(this.#target, portal, part, copy),
    )
    return this.#expected.add({ kind: 'execute', portal, exchange })
  }

  #close(message: Buffer): string | undefined {
    const closed = readNamed(message)
    if (closed === undefined) return 'a Close that cannot be read'
    this.#names.close(closed)
    return this.#expected.add({ kind: 'close' })
  }

  #function(message: Buffer, stamp: Stamp): string | undefined {
    const asked = readFunctionCall(message)
    if (asked === undefined) return 'a FunctionCall that cannot be read'
    const call = functionCall(this.#target, asked)
    return this.#expected.add({ kind: 'function', exchange: new Exchange(this.#sink.begin(stamp), () => call) })
  }

  #statement(name: string, stamp: Stamp): TrackedStatement {
    return this.#names.statement(name) ?? this.#names.keepStatement(foreign(name, stamp))
  }
}

function foreign(name: string, stamp: Stamp): TrackedStatement {
  return { ...foreignStatement(name), stamp, columns: undefined, parameters: undefined }
}

/** A portal that the SQL command DECLARE made, or none at all: the server's error will tell. */
function foreignPortal(name: string, stamp: Stamp): TrackedPortal {
  return { name, statement: foreign(name, stamp), formats: [], values: [], resultFormats: [], stamp, columns: undefined, executions: 0 }
}
