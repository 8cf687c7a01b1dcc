const base64 = /^(?:[A-Za-z\d+/]+={0,2}|[\w-]+={0,2})$/

/**
 * The text inside base64 or base64url: an opaque cursor often is JSON or `offset:20`, which is data and no noise.
 * @returns `undefined` when it is no base64, or decodes to anything but printable text.
 */
export function opaqueContent(text: string): string | undefined {
  if (text.length < 8 || text.length > 1_000_000 || !mayBeText(text) || !base64.test(text)) return undefined
  const bytes = Buffer.from(text, 'base64')
  const bare = text.replaceAll('=', '').replaceAll('-', '+').replaceAll('_', '/')
  if (bytes.toString('base64').replaceAll('=', '') !== bare) return undefined
  const latin = bytes.toString('latin1')
  if (/^[\x20-\x7e\t\r\n]{4,}$/.test(latin)) return latin
  // Beyond ASCII chance is likelier to look like text, so only what is shaped like JSON counts.
  if (!/^[[{].*[\]}]$/s.test(latin)) return undefined
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return undefined
  }
}

/** What is drawn hardly begins with three printable characters; that is soon seen. */
function mayBeText(text: string): boolean {
  let bits = 0
  for (let index = 0; index < 4; index++) {
    const value = valueOf(text.charCodeAt(index))
    if (value === -1) return false
    bits = (bits << 6) | value
  }
  const first = bits >> 16
  return first === 0x7b || first === 0x5b || (isPrintable(first) && isPrintable((bits >> 8) & 0xff) && isPrintable(bits & 0xff))
}

function isPrintable(byte: number): boolean {
  return (byte >= 0x20 && byte < 0x7f) || byte === 0x09 || byte === 0x0d || byte === 0x0a
}

/** The six bits that a character of base64 or base64url stands for; -1 for any other. */
function valueOf(code: number): number {
  if (code >= 65 && code <= 90) return code - 65
  if (code >= 97 && code <= 122) return code - 71
  if (code >= 48 && code <= 57) return code + 4
  if (code === 43 || code === 45) return 62
  return code === 47 || code === 95 ? 63 : -1
}
