import { Buffer } from 'node:buffer'
import type { Bind, Named, Parse } from './frontend-messages.ts'
import { givenTypes } from './call.ts'
import { fingerprint } from './fingerprint.ts'
import { statementText } from './sql/statement-text.ts'

/** A statement that the connection knows by a name ('' is the unnamed one). */
export interface PreparedStatement {
  readonly name: string
  readonly sql: string
  readonly types: readonly number[]
  /** `false` when this connection never saw it parsed: it was made by the SQL command PREPARE. */
  readonly known: boolean
  /** Names its description among the facts of the target. */
  readonly key: string
  /** Names the description of the same text with no types given. */
  readonly untypedKey: string
  /** Whether a portal was made of it. */
  bound: boolean
}

/** A statement with its parameters. */
export interface BoundPortal {
  readonly name: string
  readonly statement: PreparedStatement
  readonly formats: readonly number[]
  readonly values: readonly (Buffer | null)[]
  readonly resultFormats: readonly number[]
}

/**
 * The statements and portals that one connection knows by name. Both sides of the protocol follow them: names are the
 * connection's bookkeeping, and a Parse may have happened long before.
 */
export class PreparedNames<Statement extends PreparedStatement = PreparedStatement, Portal extends BoundPortal = BoundPortal> {
  readonly #statements: Map<string, Statement> = new Map()
  readonly #portals: Map<string, Portal> = new Map()

  keepStatement(statement: Statement): Statement {
    this.#statements.set(statement.name, statement)
    return statement
  }

  keepPortal(portal: Portal): Portal {
    this.#portals.set(portal.name, portal)
    return portal
  }

  statement(name: string): Statement | undefined {
    return this.#statements.get(name)
  }

  portal(name: string): Portal | undefined {
    return this.#portals.get(name)
  }

  close({ kind, name }: Named): void {
    if (kind === 'statement') this.#statements.delete(name)
    else this.#portals.delete(name)
  }
}

/** The statement that a Parse makes. */
export function parsedStatement({ statement, sql, types }: Parse): PreparedStatement {
  const { shape, key } = statementText(sql)
  const given = givenTypes(types)
  return {
    name: statement,
    sql,
    types,
    known: true,
    key: given === undefined ? key : fingerprint(shape, ...given.map(String)),
    untypedKey: key,
    bound: false,
  }
}

/** A statement that was prepared where this connection's messages do not show it. */
export function foreignStatement(name: string): PreparedStatement {
  const key = fingerprint('prepared', name)
  return { name, sql: '', types: [], known: false, key, untypedKey: key, bound: false }
}

/** The portal that a Bind makes. The values are copied: they outlive the message. */
export function boundPortal(bind: Bind, statement: PreparedStatement): BoundPortal {
  return {
    name: bind.portal,
    statement,
    formats: bind.formats,
    values: bind.values.map((value) => (value === null ? null : Buffer.from(value))),
    resultFormats: bind.resultFormats,
  }
}
