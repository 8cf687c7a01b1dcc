import { onlyReads, sessionFunctions } from './read-only-functions.ts'
import { sqlStatements, type Token } from './tokens.ts'

/** What a statement does to the world beside it. */
export type Effect = 'read' | 'write' | 'session' | 'transaction'

const sessionWords: ReadonlySet<string> = new Set(
  `close deallocate declare discard fetch listen load lock move prepare reset set unlisten`.split(' '),
)
/** What begins or ends a transaction, or a part of one: left out, a change is lost, or kept that was to be undone. */
const transactionWords: ReadonlySet<string> = new Set(['abort', 'begin', 'commit', 'end', 'release', 'rollback', 'savepoint', 'start'])

/** Words that may stand before a parenthesis without being the name of a function. */
const notFunctions: ReadonlySet<string> = new Set(
  `all analyze and any array as asc between by case cast check collate conflict constraint cross cube desc distinct else end escape except
  exclude exists explain fetch filter first following for foreign from full group grouping having ilike in inner intersect interval into
  is isnull join key last lateral left like limit materialized natural not notnull null nulls of offset on only or order ordinality outer
  over partition preceding primary range recursive references returning right rollup row rows select set sets similar some symmetric table
  tablesample then to union unique using values when where window with within without`.split(/\s+/),
)

/** Words that make a query write or lock wherever they stand bare. */
const writingWords: ReadonlySet<string> = new Set(['insert', 'update', 'delete', 'merge', 'into'])

/**
 * Effect of a text of one or more statements: `read` only when every one of them surely reads, `write` when any may write.
 * `SELECT … FOR UPDATE`, a data-modifying WITH and calls of functions that are not known to read count as writes: answering
 * one of them twice from a single recording would hand out a job, a number or a lock twice.
 */
export function effectOf(tokens: readonly Token[]): Effect {
  let effect: Effect = 'read'
  for (const statement of sqlStatements(tokens)) {
    const one = statementEffect(statement)
    if (one === 'write') return 'write'
    if (one === 'transaction' || (one === 'session' && effect === 'read')) effect = one
  }
  return effect
}

function statementEffect(tokens: readonly Token[]): Effect {
  const first = tokens.find(({ text }) => text !== '(')
  if (first?.kind !== 'word') return 'write'
  if (transactionWords.has(first.text)) return 'transaction'
  if (sessionWords.has(first.text)) return 'session'
  switch (first.text) {
    case 'show':
      return tokens[1]?.text === 'server_version' ? 'session' : 'read'
    case 'select':
    case 'values':
    case 'table':
    case 'with': {
      const effect = queryEffect(tokens)
      return effect === 'read' && (readsCatalogOnly(tokens) || readsVersionOnly(tokens)) ? 'session' : effect
    }
    case 'explain':
      return explainEffect(tokens)
    case 'copy':
      return copyEffect(tokens)
    default:
      return 'write'
  }
}

function queryEffect(tokens: readonly Token[]): Effect {
  let effect: Effect = 'read'
  for (const [index, token] of tokens.entries()) {
    if (token.kind === 'word' && writingWords.has(token.text) && !isName(tokens, index)) return 'write'
    if (token.kind === 'word' && token.text === 'for' && locks(tokens[index + 1])) return 'write'
    if (tokens[index + 1]?.text !== '(' || !isFunction(tokens, index)) continue
    if (sessionFunctions.has(token.text)) effect = 'session'
    else if (!readsAsFunction(tokens, index)) return 'write'
  }
  return effect
}

/** Words after which no further relation of a FROM clause comes, until the next FROM or JOIN. */
const endsFrom: ReadonlySet<string> = new Set(['where', 'on', 'using', 'group', 'order', 'having', 'limit', 'union', 'window'])

/**
 * Whether a query reads nothing but `pg_catalog`, by that name: drivers look up types so when they connect first, in the take that
 * happens to come first then.
 */
function readsCatalogOnly(tokens: readonly Token[]): boolean {
  let readsCatalog = false
  let inFrom = false
  for (const [index, token] of tokens.entries()) {
    if (token.kind === 'word' && (token.text === 'from' || token.text === 'join')) {
      inFrom = true
      const relation = tokens[index + 1]?.text
      if (relation === '(') continue
      if (relation !== 'pg_catalog' || tokens[index + 2]?.text !== '.') return false
      readsCatalog = true
    } else if (token.kind === 'word' && endsFrom.has(token.text)) inFrom = false
    else if (inFrom && token.text === ',') return false
  }
  return readsCatalog
}

/** Knex, TypeORM and others ask each new connection which server it is: `SELECT version()`, as `SHOW server_version`. */
function readsVersionOnly([, name, opening, closing, next]: readonly Token[]): boolean {
  return name?.text === 'version' && opening?.text === '(' && closing?.text === ')' && (next === undefined || next.text === ';')
}

/** `FOR UPDATE`, `FOR NO KEY UPDATE`, `FOR SHARE`, `FOR KEY SHARE`; not `substring(x FOR 3)`. */
function locks(next: Token | undefined): boolean {
  return next?.kind === 'word' && ['update', 'no', 'share', 'key'].includes(next.text)
}

/** A column or alias by the name of a keyword: `t.update`, `AS into`. */
function isName(tokens: readonly Token[], index: number): boolean {
  const before = tokens[index - 1]
  return before?.text === '.' || before?.text === 'as'
}

/** Whether the token before a parenthesis can be the name of a function, and is not an alias or a column list's owner. */
function isFunction(tokens: readonly Token[], index: number): boolean {
  const token = tokens[index] as Token
  if (token.kind !== 'word' && token.kind !== 'identifier') return false
  if (token.kind === 'word' && notFunctions.has(token.text) && !onlyReads(token.text)) return false
  const before = tokens[index - 1]
  if (before === undefined) return true
  if (before.text === '.') return true
  if (before.text === ')' || before.text === 'as' || before.text === 'with' || before.text === 'recursive') return false
  // `FROM orders o (a, b)`: a name after a name is an alias. `x::numeric(10, 2)`: a type.
  if (before.kind === 'identifier' || (before.kind === 'word' && !notFunctions.has(before.text) && before.text !== 'select')) return false
  if (before.text === ':' && tokens[index - 2]?.text === ':') return false
  return !isTableExpressionName(tokens, index)
}

/** `, name (columns) AS (`: a further query of a WITH list. */
function isTableExpressionName(tokens: readonly Token[], index: number): boolean {
  if (tokens[index - 1]?.text !== ',') return false
  let depth = 0
  for (let at = index + 1; at < tokens.length; at++) {
    const text = tokens[at]?.text
    if (text === '(') depth++
    if (text === ')' && --depth === 0)
      return tokens[at + 1]?.text === 'as' && ['(', 'materialized', 'not'].includes(tokens[at + 2]?.text ?? '')
  }
  return false
}

function readsAsFunction(tokens: readonly Token[], index: number): boolean {
  const token = tokens[index] as Token
  if (token.kind === 'identifier') return false
  const qualified = tokens[index - 1]?.text === '.'
  const schema = qualified ? tokens[index - 2]?.text : undefined
  if (schema !== undefined && !['pg_catalog', 'information_schema', 'public', 'extensions'].includes(schema)) return false
  return onlyReads(token.text)
}

/** EXPLAIN only plans, unless it says ANALYZE: then the statement runs. */
function explainEffect(tokens: readonly Token[]): Effect {
  const start = tokens.findIndex(
    ({ kind, text }, index) =>
      index > 0 &&
      kind === 'word' &&
      ['select', 'with', 'values', 'table', 'insert', 'update', 'delete', 'merge', 'create', 'execute', 'declare', 'refresh'].includes(
        text,
      ),
  )
  const options = start === -1 ? tokens : tokens.slice(0, start)
  if (!options.some(({ text }) => text === 'analyze' || text === 'analyse')) return 'read'
  return start === -1 ? 'write' : statementEffect(tokens.slice(start))
}

/** COPY … TO reads, unless what it copies is a statement that writes, or it goes to a file or a program. */
function copyEffect(tokens: readonly Token[]): Effect {
  const stdout = tokens.some(({ kind, text }) => kind === 'word' && text === 'stdout')
  if (!stdout) return 'write'
  // Options may follow in parentheses, too: only what stands before TO is the query.
  const to = tokens.findLastIndex(({ kind, text }) => kind === 'word' && text === 'to')
  return tokens[1]?.text === '(' ? queryEffect(tokens.slice(1, to)) : 'read'
}
