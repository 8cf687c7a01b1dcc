import zlib from 'node:zlib'
import { shortened } from '@retake/matching'
import { printableLines } from '../terminal/printable-text.ts'
import { sizeText } from '../terminal/size-text.ts'
import { utf8Text } from './take-json.ts'

const longestDecoded = 1024 * 1024
const shownLines = 40

/**
 * A recorded body for people: text as lines (JSON indented), anything else by its size. What is left out is said.
 * @param encoding Value of Content-Encoding.
 */
export function bodyText(body: Uint8Array, encoding: string | undefined, width: number): readonly string[] {
  if (body.length === 0) return []
  const decoded = decodedBody(body, encoding)
  const text = decoded === undefined ? undefined : utf8Text(decoded)
  if (text === undefined || text.includes('\u0000')) return [`<${sizeText(body.length)}${encoding === undefined ? '' : `, ${encoding}`}>`]
  const lines = printableLines(indentedJson(text) ?? text).split('\n')
  const shown = lines.slice(0, shownLines).map((line) => shortened(line, width))
  if (lines.length > shownLines) shown.push(`… ${lines.length - shownLines} more lines (--json has all of it)`)
  return shown
}

function indentedJson(text: string): string | undefined {
  if (!/^\s*[[{]/.test(text)) return undefined
  try {
    const indented = JSON.stringify(JSON.parse(text), null, 2)
    // Numbers that JavaScript cannot hold, and duplicate members, would be shown as something that was never sent.
    return indented.replace(/\s/g, '') === text.replace(/\s/g, '') ? indented : undefined
  } catch {
    return undefined
  }
}

function decodedBody(body: Uint8Array, encoding: string | undefined): Uint8Array | undefined {
  const options = { maxOutputLength: longestDecoded }
  try {
    switch (encoding?.trim().toLowerCase()) {
      case undefined:
      case '':
      case 'identity':
        return body
      case 'gzip':
      case 'x-gzip':
      case 'deflate':
        return zlib.unzipSync(body, options)
      case 'br':
        return zlib.brotliDecompressSync(body, options)
      default:
        return undefined
    }
  } catch {
    return undefined
  }
}
