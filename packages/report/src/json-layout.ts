import { parseJson } from '@retake/comparison'

const pieceAt = /"(?:[^"\\]|\\.)*"|[[\]{},:]|[^\s[\]{},:"]+/g
/** Deeper values stay on one line: indenting them would cost squares. */
const deepest = 100

/**
 * JSON with a line per member, every number and text as it was written.
 * @returns `undefined` when the text is no JSON (it was cut, for instance).
 */
export function layOutJson(text: string): string | undefined {
  if (parseJson(text) === undefined) return undefined
  const pieces = text.match(pieceAt) ?? []
  let laidOut = ''
  let depth = 0
  for (const [index, piece] of pieces.entries()) {
    if (piece === '}' || piece === ']') {
      depth--
      laidOut += isOpening(pieces[index - 1]) ? piece : lineAt(depth) + piece
    } else if (isOpening(piece)) {
      depth++
      const next = pieces[index + 1]
      laidOut += next === '}' || next === ']' ? piece : piece + lineAt(depth)
    } else if (piece === ',') laidOut += piece + lineAt(depth)
    else laidOut += piece === ':' ? ': ' : piece
  }
  return laidOut
}

function isOpening(piece: string | undefined): boolean {
  return piece === '{' || piece === '['
}

function lineAt(depth: number): string {
  return depth > deepest ? '' : `\n${'  '.repeat(depth)}`
}
