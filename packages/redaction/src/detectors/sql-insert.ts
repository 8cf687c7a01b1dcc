import type { Detector } from '../span.ts'
import { isTrivial } from '../telling-name.ts'

const head =
  /insert\s{1,8}into\s{1,8}[^\s(]{1,256}\s{0,8}\(([^()]{1,16384})\)\s{0,8}(?:overriding\s{1,8}\w{1,8}\s{1,8}value\s{1,8})?values\s{0,8}/gi

/** `INSERT INTO t (name, password) VALUES ('ada', 'x')`: the literals in the columns with telling names, in every row. */
export const sqlInsert: Detector = {
  name: 'sql-insert',
  hint: /insert\s+into/i,
  *find(text, { isTelling, secret }) {
    let scanned = 0
    for (const match of text.matchAll(head)) {
      // Rows that never end swallow what looks like further statements; nothing is scanned twice.
      if (match.index < scanned) continue
      const columns = (match[1] as string).split(',').map((column) => isTelling(column.trim().replaceAll(/["'`[\]]/g, '')))
      if (!columns.includes(true)) continue
      const rows = literals(text, match.index + match[0].length)
      for (;;) {
        const next = rows.next()
        if (next.done === true) {
          scanned = next.value
          break
        }
        const { column, start, end } = next.value
        if (columns[column] === true && !isTrivial(text.slice(start, end))) yield { start, end, detector: 'name', rewrite: secret }
      }
    }
  },
}

interface Literal {
  readonly column: number
  readonly start: number
  readonly end: number
}

/** Quoted literals of the rows that begin at `from`, each with the number of its column; expressions count as one value. Returns where the rows end. */
function* literals(text: string, from: number): Generator<Literal, number> {
  let depth = 0
  let column = 0
  for (let at = from; at < text.length; at++) {
    const character = text[at]
    if (character === '(') {
      depth++
      if (depth === 1) column = 0
    } else if (character === ')') depth--
    else if (character === ',') column += depth === 1 ? 1 : 0
    else if (character === "'") {
      const start = at + 1
      for (at = start; at < text.length; at++) {
        if (text[at] !== "'") continue
        if (text[at + 1] !== "'") break
        at++
      }
      yield { column, start, end: at }
    } else if (depth === 0 && character !== undefined && !/\s/.test(character)) return at
  }
  return text.length
}
