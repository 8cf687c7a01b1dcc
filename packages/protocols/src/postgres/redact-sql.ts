import type { FieldRedactor } from '@retake/core'
import { sqlTokens, type Token } from './sql/tokens.ts'
import { valueNames } from './sql/value-names.ts'

/** Tokens without comments, and the names of the values among them; by the list that `sqlTokens` gave. */
const named = new WeakMap<readonly Token[], NamedTokens>()

interface NamedTokens {
  readonly tokens: readonly Token[]
  readonly names: ReturnType<typeof valueNames>
}

function namedTokens(sql: string): NamedTokens {
  const all = sqlTokens(sql)
  let known = named.get(all)
  if (known === undefined) {
    const tokens = all.filter(({ kind }) => kind !== 'comment')
    known = { tokens, names: valueNames(tokens) }
    named.set(all, known)
  }
  return known
}

/** Takes secrets out of SQL: literals by the column that they belong to, then whatever is secret by its looks. */
export function redactSql(statement: string, redact: FieldRedactor): string {
  const sql = withCleanComments(statement, redact)
  const { tokens, names } = namedTokens(sql)
  let redacted = ''
  let at = 0
  for (const [index, token] of tokens.entries()) {
    if (token.kind !== 'string') continue
    const name = names.get(index)
    const literal = literalOf(token)
    if (literal === undefined) continue
    // The body of a function is SQL of its own, a message is none.
    const named = name === undefined ? literal.value : redact.named(name, literal.value, 'column')
    const value = named === literal.value ? redactUnnamed(token, named, redact) : named
    if (value === literal.value) continue
    redacted += sql.slice(at, token.start) + literal.write(value)
    at = token.end
  }
  return redact.text(redacted + sql.slice(at))
}

/** A comment is text, in which no value is quoted. */
function withCleanComments(sql: string, redact: FieldRedactor): string {
  if (!sql.includes('--') && !sql.includes('/*')) return sql
  let clean = ''
  let at = 0
  for (const { kind, start, end } of sqlTokens(sql)) {
    if (kind !== 'comment') continue
    const words = sql.slice(start + 2, sql.startsWith('/*', start) ? end - 2 : end)
    const redacted = redact.text(words)
    if (redacted === words) continue
    clean += sql.slice(at, start + 2) + redacted
    at = start + 2 + words.length
  }
  return clean + sql.slice(at)
}

function redactUnnamed(token: Token, value: string, redact: FieldRedactor): string {
  return token.text.startsWith('$') ? redactSql(value, redact) : redact.text(value)
}

/** Name of each parameter by its number, from 1. */
export function parameterNames(sql: string): ReadonlyMap<number, string> {
  const { tokens, names } = namedTokens(sql)
  const byNumber = new Map<number, string>()
  for (const [index, name] of names) {
    const token = tokens[index] as Token
    if (token.kind !== 'parameter') continue
    const number = Number(token.text.slice(1))
    if (!byNumber.has(number)) byNumber.set(number, name)
  }
  return byNumber
}

/** The value of a literal, and how to write another one in its place; `undefined` for bit strings and the like. */
function literalOf({ text }: Token): { readonly value: string; write(value: string): string } | undefined {
  const dollar = /^(\$[^$]*\$)([\s\S]*)\1$/.exec(text)
  if (dollar !== null) {
    const [, tag = '$$', value = ''] = dollar
    return { value, write: (other) => tag + other.replaceAll(tag, '') + tag }
  }
  const quoted = /^([eEnN]?)'([\s\S]*)'$/.exec(text)
  if (quoted === null) return undefined
  const [, prefix = '', inner = ''] = quoted
  const escapes = prefix === 'e' || prefix === 'E'
  const value = (escapes ? inner.replace(/\\([\s\S])/g, '$1') : inner).replaceAll("''", "'")
  return {
    value,
    write: (other) => {
      const doubled = other.replaceAll("'", "''")
      return `${prefix}'${escapes ? doubled.replaceAll('\\', '\\\\') : doubled}'`
    },
  }
}
