import { identifierName, type Token } from './tokens.ts'

/** Words that name no value though they stand before one. */
const keywords: ReadonlySet<string> = new Set(
  `all and any array as asc between binary by case cast cross default desc distinct else end escape except exists filter for from full
  group having ilike in inner insert intersect into is join lateral left like limit not null offset on or order outer over returning right
  select set similar some symmetric table then to union unique update using values when where with`.split(/\s+/),
)

const comparison = /^[=<>!~]$/

/** Names of the columns of an INSERT, and where its tuples begin. */
interface InsertColumns {
  readonly names: readonly string[]
  readonly valuesAt: number
}

/**
 * Which column each literal and each parameter belongs to, as far as the text says: `email = $1`, `lower(email) IN ('a')`,
 * `INSERT INTO users (email) VALUES ($1)`, `PASSWORD 'x'`. By index of the token; comments must have been left out.
 */
export function valueNames(tokens: readonly Token[]): ReadonlyMap<number, string> {
  const names = new Map<number, string>()
  const insert = insertColumns(tokens)
  let depth = 0
  let position = 0
  for (const [index, token] of tokens.entries()) {
    const inTuples = insert !== undefined && index > insert.valuesAt
    if (inTuples && token.kind === 'symbol') {
      if (token.text === '(' && depth++ === 0) position = 0
      if (token.text === ')') depth--
      if (token.text === ',' && depth === 1) position++
    }
    if (token.kind !== 'string' && token.kind !== 'parameter') continue
    const name =
      (inTuples && depth > 0 ? insert.names[position] : undefined) ??
      memberName(tokens, index) ??
      nameBefore(tokens, index) ??
      nameAfter(tokens, index)
    if (name !== undefined) names.set(index, name)
  }
  return names
}

/** `'x' AS api_key`, also with a type: what a value is called in the answer. */
function nameAfter(tokens: readonly Token[], from: number): string | undefined {
  let index = from + 1
  while (tokens[index]?.text.startsWith(':') === true || (tokens[index]?.kind === 'word' && tokens[index - 1]?.text.endsWith(':') === true))
    index++
  const name = tokens[index]?.text === 'as' ? tokens[index + 1] : undefined
  return name?.kind === 'word' || name?.kind === 'identifier' ? identifierName(name) : undefined
}

const building: ReadonlySet<string> = new Set(['json_build_object', 'jsonb_build_object', 'hstore'])

/** `jsonb_build_object('token', 'x')`: every second argument is named by the one before. */
function memberName(tokens: readonly Token[], from: number): string | undefined {
  const key = tokens[from - 2]
  if (tokens[from - 1]?.text !== ',' || key?.kind !== 'string') return undefined
  let depth = 0
  let commas = 0
  for (let index = from - 1; index > 0 && from - index < 400; index--) {
    const { text } = tokens[index] as Token
    if (text === ')') depth++
    else if (text === ',' && depth === 0) commas++
    else if (text === '(' && depth-- === 0)
      return building.has(tokens[index - 1]?.text ?? '') && commas % 2 === 1 ? key.text.replaceAll("'", '') : undefined
  }
  return undefined
}

function insertColumns(tokens: readonly Token[]): InsertColumns | undefined {
  const into = tokens.findIndex(({ kind, text }, index) => kind === 'word' && text === 'into' && tokens[index - 1]?.text === 'insert')
  if (into === -1) return undefined
  const names: string[] = []
  let at = into + 1
  // The table may be qualified, and have an alias.
  while (at < tokens.length && tokens[at]?.text !== '(' && tokens[at]?.text !== 'values' && tokens[at]?.text !== 'select') at++
  if (tokens[at]?.text !== '(') return undefined
  for (at++; at < tokens.length && tokens[at]?.text !== ')'; at++) {
    const token = tokens[at] as Token
    if (token.kind === 'word' || token.kind === 'identifier') names.push(identifierName(token))
  }
  const values = tokens.findIndex(({ kind, text }, index) => index > at && kind === 'word' && text === 'values')
  return values === -1 ? undefined : { names, valuesAt: values }
}

/** Walks back over what may stand between a column and its value. */
function nameBefore(tokens: readonly Token[], from: number): string | undefined {
  let compared = false
  let nested = 0
  for (let index = from - 1; index >= 0 && from - index < 200; index--) {
    const { kind, text } = tokens[index] as Token
    if (text === ')') nested++
    else if (text === '(' && nested > 0) nested--
    else if (kind === 'identifier') return identifierName(tokens[index] as Token)
    else if (kind === 'word') {
      // `= ANY ($1)`, `NOT IN (…)`, `LIKE $1`: the name is further on.
      if (['any', 'all', 'some', 'in', 'not', 'like', 'ilike', 'array', 'similar', 'to', 'between'].includes(text)) compared = true
      else if (keywords.has(text)) return undefined
      else return text
    } else if (kind === 'symbol') {
      if (text === ';') return undefined
      // After another value of a list that is not being compared there is no name.
      if (text === ',' && nested === 0 && !compared && !isInList(tokens, index)) return undefined
      if (comparison.test(text)) compared = true
    }
  }
  return undefined
}

/** Whether a comma stands within `IN (…)` or `ARRAY[…]`. */
function isInList(tokens: readonly Token[], comma: number): boolean {
  let depth = 0
  for (let index = comma - 1; index >= 0; index--) {
    const { text } = tokens[index] as Token
    if (text === ')' || text === ']') depth++
    if (text === '(' || text === '[') {
      if (depth === 0) return ['in', 'array', 'any', 'all'].includes(tokens[index - 1]?.text ?? '')
      depth--
    }
  }
  return false
}
