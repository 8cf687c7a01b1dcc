import { viewOf } from './codec.ts'
import { cancelRequestCode, gssRequestCode, sslRequestCode } from './frontend-messages.ts'

/**
 * Whether a client's first bytes open a PostgreSQL connection: a length, and a version of 3 or one of three request codes.
 * @returns `undefined` when more bytes are needed.
 */
export function sniff(first: Uint8Array): boolean | undefined {
  const bytes = viewOf(first)
  if (bytes.length < 4) return bytes.every((byte, index) => byte === 0 || index >= 2) ? undefined : false
  const length = bytes.readUInt32BE(0)
  if (length < 8 || length > 10_000) return false
  if (bytes.length < 8) return undefined
  const code = bytes.readUInt32BE(4)
  if (code === sslRequestCode || code === gssRequestCode) return length === 8
  if (code === cancelRequestCode) return length >= 16
  if (code !== 0x00030000 && code !== 0x00030002) return false
  // Kafka's metadata request has the same eight bytes; but where it has a small number PostgreSQL has the name of a
  // parameter, which every start-up message has.
  if (bytes.length < 9) return undefined
  return /^[\w.]$/.test(String.fromCharCode(bytes[8] ?? 0))
}
