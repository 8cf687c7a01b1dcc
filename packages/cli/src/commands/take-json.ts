/**
 * Recorded data as JSON can say it, for `--json`: bytes become `{ "text": … }` where they are UTF-8 and `{ "base64": … }`
 * where they are not; a bigint becomes `{ "bigint": "…" }`. Everything else stays as it is.
 */
export function takeJson(value: unknown): unknown {
  if (typeof value === 'bigint') return { bigint: String(value) }
  if (value instanceof Uint8Array) {
    const text = utf8Text(value)
    return text === undefined ? { base64: Buffer.from(value).toString('base64') } : { text }
  }
  if (Array.isArray(value)) return value.map(takeJson)
  if (typeof value !== 'object' || value === null) return value
  // Object.fromEntries defines: a recorded member that is called `__proto__` stays a member.
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, takeJson(member)]))
}

/** The text that the bytes are, or `undefined` when they are no UTF-8. */
export function utf8Text(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return undefined
  }
}
