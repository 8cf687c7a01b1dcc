const base64 = /^(?:[A-Za-z\d+/]+={0,2}|[\w-]+={0,2})$/

/**
 * The text inside base64 or base64url: an opaque cursor often is JSON or `offset:20`, which is data and no noise.
 * @returns `undefined` when it is no base64, or decodes to anything but printable text.
 */
export function opaqueContent(text: string): string | undefined {
  if (text.length < 8 || text.length > 1_000_000 || !base64.test(text)) return undefined
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
