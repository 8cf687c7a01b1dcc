import type { FieldRedactor, HttpResponse } from '@retake/core'
import type { Substitution } from '@retake/redaction'

const crypto = process.getBuiltinModule('node:crypto')

/** Headers that say what a body is by its hash. */
const hashHeaders = /^(?:etag|content-md5|(?:content-|repr-)?digest|x-.*(?:hash|digest|checksum|sha|md5|etag).*)$/i
const algorithms = ['sha1', 'md5', 'sha256', 'sha512'] as const

/**
 * A response in which drawn values were replaced, with the hashes that its app would have made of its body then: an ETag
 * follows from the body, and would tell the replayed response from the recorded one.
 * @param read Makes the response with a redactor, which sees the body as it was before it was compressed.
 */
export function withFollowedHashes<Response extends HttpResponse | undefined>(
  read: (redactor: FieldRedactor) => Response,
  redactor: FieldRedactor,
  substitution: Substitution,
): Response {
  let body: Uint8Array | undefined
  const response = read({
    tells: (name, place) => redactor.tells(name, place),
    named: (name, value, place) => redactor.named(name, value, place),
    text: (text) => redactor.text(text),
    body: (plain, mediaType) => {
      body ??= plain
      return redactor.body(plain, mediaType)
    },
  })
  if (response === undefined || body === undefined) return response
  const replaced = substitution.bytes(body)
  return replaced === body ? response : followed(response, body, replaced)
}

function followed<Response extends HttpResponse>(response: Response, before: Uint8Array, after: Uint8Array): Response {
  let changed = false
  const rawHeaders = response.rawHeaders.map((text, index) => {
    if (index % 2 === 0 || !hashHeaders.test(response.rawHeaders[index - 1] as string)) return text
    const other = followedText(text, before, after)
    if (other !== text) changed = true
    return other
  })
  return changed ? { ...response, rawHeaders } : response
}

function followedText(text: string, before: Uint8Array, after: Uint8Array): string {
  for (const algorithm of algorithms) {
    const old = spellings(algorithm, before)
    const at = old.findIndex((spelling) => text.includes(spelling))
    if (at !== -1) return text.replace(old[at] as string, () => spellings(algorithm, after)[at] as string)
  }
  return text
}

/** Hexadecimal, base64 with its padding and without, and as the package `etag` cuts it (27 characters). */
function spellings(algorithm: string, bytes: Uint8Array): string[] {
  const digest = crypto.hash(algorithm, bytes, 'buffer')
  const base64 = digest.toString('base64')
  return [digest.toString('hex'), base64, base64.replace(/=+$/, ''), digest.toString('base64url')]
}
