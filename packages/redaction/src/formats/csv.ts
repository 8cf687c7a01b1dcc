/** What to do with the cells of a table. */
export interface TableCells {
  /** Whether what stands under this name is secret. */
  tells(name: string): boolean
  named(name: string, value: string): string
}

const longestHead = 16_384
/** A cell and what ends it. A quoted one may hold separators, line breaks, and quotes that are doubled. */
const shapes: { readonly [separator: string]: RegExp } = Object.fromEntries(
  [',', ';', '\t'].map((separator) => [
    separator,
    new RegExp(`(?:"((?:[^"]|"")*)"|([^"${separator}\\r\\n]*))(${separator}|\\r?\\n|$)`, 'y'),
  ]),
)

/** Redacts the columns of a table whose names in the first line tell (RFC 4180; also with tabs and semicolons). */
export function rewriteTable(text: string, mediaType: string, cells: TableCells): string {
  const head = text.slice(0, longestHead).split(/\r?\n/, 1)[0] ?? ''
  const separator = mediaType.includes('tab-separated')
    ? '\t'
    : head.includes(';') && !head.includes(',')
      ? ';'
      : head.includes('\t') && !head.includes(',')
        ? '\t'
        : ','
  const names = head.split(separator).map((name) => name.trim().replaceAll('"', ''))
  if (!names.some((name) => cells.tells(name))) return text
  const shape = shapes[separator] as RegExp
  let result = head
  let column = 0
  shape.lastIndex = head.length + (/\r?\n/y.exec(text.slice(head.length, head.length + 2))?.[0].length ?? 0)
  result += text.slice(head.length, shape.lastIndex)
  for (let at = shape.lastIndex; at < text.length; at = shape.lastIndex) {
    const match = shape.exec(text)
    // What is no table any more stays for the other detectors.
    if (match === null || match[0] === '') return result + text.slice(at)
    const [whole, quoted, bare = '', end = ''] = match
    const name = names[column] ?? ''
    const value = quoted === undefined ? bare : quoted.replaceAll('""', '"')
    const after = value !== '' && cells.tells(name) ? cells.named(name, value) : value
    result += after === value ? whole : quoted === undefined ? after + end : `"${after.replaceAll('"', '""')}"${end}`
    column = end === separator ? column + 1 : 0
  }
  return result
}
