import { fingerprint } from '../fingerprint.ts'
import { effectOf, type Effect } from './effect.ts'
import { identifierName, sqlStatements, sqlTokens, type Token } from './tokens.ts'

/** All that the protocol needs to know of a text of SQL. */
export interface StatementText {
  /** The text without the bookkeeping of tracers. */
  readonly sql: string
  /** The text that decides equality: in one line, and without the numbers that libraries give to their savepoints. */
  readonly canonical: string
  readonly label: string
  readonly effect: Effect
  /** The text without the contents of its literals: names a statement's description, which does not depend on them. */
  readonly shape: string
  /** Fingerprint of the shape. */
  readonly key: string
  /** `COPY … FROM STDIN`. */
  readonly copiesIn: boolean
  /** Channels that it begins to listen to. */
  readonly listens: readonly string[]
  /** Channels that it stops listening to; `*` for all. */
  readonly unlistens: readonly string[]
  /** Nothing but a tracer's `SET application_name` with a trace id: bookkeeping, not a call. */
  readonly tracing: boolean
  /** First words of the last statement, in lower case: `rollback to`, `commit and chain`. */
  readonly lastWords: string
}

const remembered = new Map<string, StatementText>()
const rememberedTexts = 500
const rememberedLength = 20_000

/** Examines a text of SQL. Texts of usual length are remembered, as applications repeat theirs. */
export function statementText(sql: string): StatementText {
  const known = remembered.get(sql)
  if (known !== undefined) return known
  const examined = examine(sql)
  if (sql.length <= rememberedLength) {
    if (remembered.size >= rememberedTexts) remembered.clear()
    remembered.set(sql, examined)
  }
  return examined
}

// https://google.github.io/sqlcommenter/spec: key='value' pairs, URL-encoded, separated by commas.
const tracerComment = /^\/\*\s*[\w.%~-]+\s*=\s*'[^']*'(?:\s*,\s*[\w.%~-]+\s*=\s*'[^']*')*\s*,?\s*\*\/$/

/** https://www.w3.org/TR/trace-context/#traceparent-header-field-values */
const traceParent = /[\da-f]{2}-[\da-f]{32}-[\da-f]{16}-[\da-f]{2}/

const labelLength = 120
/** Characters that are looked at for a label. */
const labelScan = 4000

function examine(given: string): StatementText {
  const allTokens = sqlTokens(given)
  const sql = cleaned(given, allTokens).trim()
  const tokens = sql === given ? allTokens : sqlTokens(sql)
  const statements = sqlStatements(tokens)
  const last = statements.at(-1) ?? []
  const shape = shapeOf(sql, tokens)
  return {
    sql,
    canonical: canonicalText(sql, tokens, statements),
    label: labelOf(sql),
    effect: effectOf(tokens),
    shape,
    key: fingerprint(shape),
    copiesIn: statements.length === 1 && copiesIn(last),
    listens: channelsAfter('listen', statements),
    unlistens: channelsAfter('unlisten', statements),
    tracing: isTracing(statements),
    lastWords: last
      .slice(0, 4)
      .map(({ text }) => text)
      .join(' '),
  }
}

/**
 * Takes out what tracers add: comments in the format of sqlcommenter (`traceparent='00-…'` and the like, also those of
 * Datadog's database monitoring) before or after the statement. Hints and other comments stay.
 */
function cleaned(sql: string, tokens: readonly Token[]): string {
  const isSeparator = (token: Token): boolean => token.kind === 'symbol' && token.text === ';'
  let text = sql
  const first = tokens.findIndex(({ kind }) => kind !== 'comment')
  const last = tokens.findLastIndex((token) => token.kind !== 'comment' && !isSeparator(token))
  // From the end, so that positions before stay true.
  for (let index = tokens.length - 1; index >= 0; index--) {
    const token = tokens[index] as Token
    if (index > first && index < last) continue
    if (token.kind !== 'comment' || !tracerComment.test(token.text)) continue
    const before = text.slice(0, token.start)
    const after = text.slice(token.end)
    text = index > last ? before.trimEnd() + after : before + after.trimStart()
  }
  return text
}

function canonicalText(sql: string, tokens: readonly Token[], statements: readonly (readonly Token[])[]): string {
  const [statement] = statements
  const plain = statement !== undefined && statements.length === 1 ? withoutSavepointNumbers(sql, statement) : sql
  return plain === sql ? withSingleSpaces(sql, tokens) : plain
}

/**
 * How a text is broken into lines means nothing, but for the end of a comment and between two strings, which only a line
 * break makes one (PostgreSQL, 4.1.2.1).
 */
function withSingleSpaces(sql: string, tokens: readonly Token[]): string {
  let text = ''
  let before: Token | undefined
  for (const token of tokens) {
    const gap = before === undefined ? '' : sql.slice(before.end, token.start)
    const isLineMeant = before?.text.startsWith('--') === true || (before?.kind === 'string' && token.kind === 'string')
    if (gap !== '') text += isLineMeant && gap.includes('\n') ? '\n' : ' '
    text += sql.slice(token.start, token.end)
    before = token
  }
  return text
}

/**
 * knex counts savepoints over the life of the process, Sequelize names them after a random id: what a savepoint is called
 * depends on what else has run. A name that a person gave stays a name.
 */
function withoutSavepointNumbers(sql: string, tokens: readonly Token[]): string {
  const words = tokens.map(({ text }) => text).join(' ')
  if (!/^(?:savepoint|release|rollback (?:(?:work|transaction) )?to)\b/.test(words)) return sql
  const name = tokens.at(-1)
  if (name === undefined || tokens.length < 2) return sql
  const numberless = name.text.replace(/[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}/gi, '#').replace(/\d+/g, '#')
  return sql.slice(0, name.start) + numberless + sql.slice(name.end)
}

function shapeOf(sql: string, tokens: readonly Token[]): string {
  let shape = ''
  let at = 0
  for (const token of tokens) {
    if (token.kind !== 'string') continue
    shape += `${sql.slice(at, token.start)}''`
    at = token.end
  }
  return shape + sql.slice(at)
}

/** One line that a person recognises; long select lists are left out first. */
function labelOf(sql: string): string {
  const line = sql.slice(0, labelScan).replace(/\s+/g, ' ').trim()
  if (line.length <= labelLength) return line
  const list = /^(select\s+)(.*?)(\sfrom\s.*)$/i.exec(line)
  const shorter = list === null ? line : `${list[1]}…${list[3]}`
  return shorter.length <= labelLength ? shorter : `${shorter.slice(0, labelLength - 1)}…`
}

function copiesIn(tokens: readonly Token[]): boolean {
  if (tokens[0]?.text !== 'copy') return false
  return tokens.some(({ kind, text }, index) => kind === 'word' && text === 'stdin' && tokens[index - 1]?.text === 'from')
}

function channelsAfter(word: string, statements: readonly (readonly Token[])[]): readonly string[] {
  return statements.flatMap((tokens) => {
    const [first, channel] = tokens
    return first?.kind === 'word' && first.text === word && channel !== undefined ? [identifierName(channel)] : []
  })
}

function isTracing(statements: readonly (readonly Token[])[]): boolean {
  const [tokens] = statements
  if (statements.length !== 1 || tokens === undefined || tokens.length < 4) return false
  const words = tokens.slice(0, 3).map(({ text }) => text)
  const value = tokens.at(-1)
  return words[0] === 'set' && words.includes('application_name') && value?.kind === 'string' && traceParent.test(value.text)
}
