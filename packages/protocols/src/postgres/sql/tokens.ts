/** What a token of SQL is. `symbol` is one character: an operator of several is several tokens. */
export type TokenKind = 'word' | 'identifier' | 'string' | 'number' | 'parameter' | 'comment' | 'symbol'

export interface Token {
  readonly kind: TokenKind
  /** As written; words in lower case. */
  readonly text: string
  readonly start: number
  readonly end: number
}

const pattern = new RegExp(
  [
    String.raw`(?<space>\s+)`,
    String.raw`(?<comment>--[^\n]*|\/\*)`,
    // E'…' knows backslashes; B, X, N and U& do not.
    String.raw`(?<escaped>[eE]'(?:[^'\\]|''|\\[\s\S])*(?:'|$))`,
    String.raw`(?<string>(?:[bBxXnN]|[uU]&)?'(?:[^']|'')*(?:'|$))`,
    String.raw`(?<identifier>(?:[uU]&)?"(?:[^"]|"")*(?:"|$))`,
    String.raw`(?<parameter>\$\d+)`,
    String.raw`(?<dollar>\$(?:[A-Za-z_\u0080-\uffff][\w\u0080-\uffff]*)?\$)`,
    String.raw`(?<number>(?:\d[\d_]*\.?\d*|\.\d+)(?:[eE][+-]?\d+)?|0[xXoObB][\da-fA-F_]+)`,
    String.raw`(?<word>[A-Za-z_\u0080-\uffff][\w$\u0080-\uffff]*)`,
    String.raw`(?<symbol>[\s\S])`,
  ].join('|'),
  'y',
)

const remembered = new Map<string, readonly Token[]>()
const rememberedTexts = 500
const rememberedLength = 20_000

/**
 * Cuts SQL into tokens as PostgreSQL's scanner does; white space is left out. It accepts everything. Texts of usual
 * length are remembered, as applications repeat theirs: the same text gives the same list.
 */
export function sqlTokens(sql: string): readonly Token[] {
  const known = remembered.get(sql)
  if (known !== undefined) return known
  const tokens = scan(sql)
  if (sql.length <= rememberedLength) {
    if (remembered.size >= rememberedTexts) remembered.clear()
    remembered.set(sql, tokens)
  }
  return tokens
}

function scan(sql: string): readonly Token[] {
  const tokens: Token[] = []
  let at = 0
  while (at < sql.length) {
    pattern.lastIndex = at
    const groups = pattern.exec(sql)?.groups
    let end = pattern.lastIndex
    if (groups === undefined || end <= at) break
    if (groups['comment'] === '/*') end = endOfComment(sql, end)
    if (groups['dollar'] !== undefined) {
      const close = sql.indexOf(groups['dollar'], end)
      end = close === -1 ? sql.length : close + groups['dollar'].length
    }
    const kind = kindOf(groups)
    if (kind !== undefined) {
      const text = sql.slice(at, end)
      tokens.push({ kind, text: kind === 'word' ? text.toLowerCase() : text, start: at, end })
    }
    at = end
  }
  return tokens
}

/** Tokens of each statement of a text that may hold several; comments are left out, and so are empty statements. */
export function sqlStatements(tokens: readonly Token[]): readonly (readonly Token[])[] {
  const statements: Token[][] = []
  let current: Token[] = []
  for (const token of tokens) {
    if (token.kind === 'comment') continue
    if (token.kind === 'symbol' && token.text === ';') {
      if (current.length > 0) statements.push(current)
      current = []
    } else current.push(token)
  }
  if (current.length > 0) statements.push(current)
  return statements
}

/** The name that an identifier means: unquoted ones are lower case, quoted ones as written. */
export function identifierName(token: Token): string {
  return token.kind === 'identifier' ? token.text.replace(/^(?:[uU]&)?"|"$/g, '').replaceAll('""', '"') : token.text
}

function kindOf(groups: { readonly [name: string]: string | undefined }): TokenKind | undefined {
  if (groups['space'] !== undefined) return undefined
  if (groups['comment'] !== undefined) return 'comment'
  if (groups['string'] !== undefined || groups['escaped'] !== undefined || groups['dollar'] !== undefined) return 'string'
  if (groups['identifier'] !== undefined) return 'identifier'
  if (groups['parameter'] !== undefined) return 'parameter'
  if (groups['number'] !== undefined) return 'number'
  return groups['word'] === undefined ? 'symbol' : 'word'
}

/** Block comments nest in PostgreSQL ("4.1.5. Comments"). */
function endOfComment(sql: string, from: number): number {
  let depth = 1
  let at = from
  while (depth > 0) {
    const close = sql.indexOf('*/', at)
    if (close === -1) return sql.length
    const open = sql.indexOf('/*', at)
    if (open !== -1 && open < close) {
      depth++
      at = open + 2
    } else {
      depth--
      at = close + 2
    }
  }
  return at
}
