import type { HeaderBlock } from '@retake/session'

/**
 * Fields as Node hands them to nghttp2: name, NUL, value, NUL, and one character, which is 1 where the field is never to be
 * indexed (`mapToHeaders` and `buildNgHeaderString` in lib/internal/http2/util.js; the same in Node 20, 22, 24 and 26).
 */
export function readHeaderBlock(text: string): HeaderBlock {
  const rawHeaders: string[] = []
  const sensitive: string[] = []
  for (let at = 0; at < text.length;) {
    const nameEnd = text.indexOf('\0', at)
    const valueEnd = text.indexOf('\0', nameEnd + 1)
    if (nameEnd === -1 || valueEnd === -1) break
    const name = text.slice(at, nameEnd)
    rawHeaders.push(name, text.slice(nameEnd + 1, valueEnd))
    if (text.charCodeAt(valueEnd + 1) === 1 && !sensitive.includes(name)) sensitive.push(name)
    at = valueEnd + 2
  }
  return { rawHeaders, sensitive }
}

/**
 * Names of fields that their sender marked as sensitive. nghttp2 itself marks every `authorization` and every `cookie` field of
 * fewer than 20 bytes: that says nothing of what its user thinks of them.
 * @param marked `headers[http2.sensitiveHeaders]`.
 */
export function sensitiveNames(marked: unknown, rawHeaders: readonly string[]): readonly string[] {
  if (!Array.isArray(marked) || marked.length === 0) return []
  const isMarkedByUser = (name: unknown): name is string =>
    typeof name === 'string' &&
    name !== 'authorization' &&
    (name !== 'cookie' || rawHeaders.some((text, index) => index % 2 === 1 && rawHeaders[index - 1] === name && text.length >= 20))
  return [...new Set(marked.filter(isMarkedByUser))]
}
