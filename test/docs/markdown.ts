import fs from 'node:fs'
import path from 'node:path'

const root = path.resolve(import.meta.dirname, '../..')

/** Pages whose every block is run, relative to the repository. Others have tests of their own. */
export const pages: readonly string[] = ['README.md', 'docs/cli.md', 'docs/configuration.md', 'docs/noise.md']

/** A fenced block. */
export interface CodeBlock {
  readonly page: string
  /** Of its fence, from 1. */
  readonly line: number
  /** Empty where none is given. */
  readonly language: string
  readonly text: string
}

/** A row of a table: cells by the heading of their column; the first heading of an unnamed column is ''. */
export type Row = Readonly<Record<string, string>>

export function pageText(page: string): string {
  return fs.readFileSync(path.join(root, page), 'utf8')
}

export function codeBlocks(page: string): CodeBlock[] {
  const blocks: CodeBlock[] = []
  let open: { readonly line: number; readonly language: string; readonly lines: string[] } | undefined
  for (const [index, line] of pageText(page).split('\n').entries()) {
    const fence = /^```(\S*)/.exec(line)
    if (fence === null) open?.lines.push(line)
    else if (open === undefined) open = { line: index + 1, language: fence[1] ?? '', lines: [] }
    else {
      blocks.push({ page, line: open.line, language: open.language, text: `${open.lines.join('\n')}\n` })
      open = undefined
    }
  }
  return blocks
}

/** Every row of the tables whose first heading is `first`. */
export function rowsOf(page: string, first: string): Row[] {
  const rows: Row[] = []
  let headings: readonly string[] | undefined
  let previous: readonly string[] = []
  for (const line of pageText(page).split('\n')) {
    const cells = cellsOf(line)
    if (cells === undefined) headings = undefined
    else if (cells.every((cell) => /^:?-+:?$/.test(cell))) headings = previous[0] === first ? previous : undefined
    else if (headings !== undefined) rows.push(Object.fromEntries(headings.map((heading, index) => [heading, cells[index] ?? ''])))
    previous = cells ?? []
  }
  return rows
}

/** Code spans of a cell: `` `a`, `b` ``. */
export function codeIn(cell: string): string[] {
  return Array.from(cell.matchAll(/`([^`]+)`/g), ([, code]) => code ?? '')
}

function cellsOf(line: string): readonly string[] | undefined {
  if (!line.startsWith('|')) return undefined
  // A pipe in a code span is escaped.
  return line
    .trim()
    .slice(1, -1)
    .split(/(?<!\\)\|/)
    .map((cell) => cell.trim().replaceAll('\\|', '|'))
}
