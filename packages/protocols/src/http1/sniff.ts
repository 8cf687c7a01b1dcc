import { Buffer } from 'node:buffer'

/** No method is longer (RFC 9110 registry: UPDATEREDIRECTREF, BASELINE-CONTROL). */
const longestMethod = 20
/** A request line that is not complete by then is none. */
const longestLine = 64 * 1024

/**
 * Whether a client's first bytes are a request line. The version at its end decides, because other text protocols
 * (Redis inline commands, NATS, STOMP) have words like `GET` and `CONNECT`, too.
 * @returns `undefined` when the line is not complete.
 */
export function sniffRequest(first: Uint8Array): boolean | undefined {
  let at = 0
  while (at < first.length && (first[at] === 13 || first[at] === 10)) at++
  const start = at
  while (at < first.length && isMethodByte(first[at] as number)) at++
  if (at === first.length) return at - start <= longestMethod ? undefined : false
  if (at === start || at - start > longestMethod || first[at] !== 32) return false
  const end = first.indexOf(10, at)
  if (end === -1) return first.length - start > longestLine ? false : undefined
  const line = Buffer.from(first.buffer, first.byteOffset + at, end - at)
  return / HTTP\/1\.[01]\r?$/.test(line.toString('latin1'))
}

function isMethodByte(byte: number): boolean {
  return (byte >= 65 && byte <= 90) || byte === 45 || byte === 95
}
