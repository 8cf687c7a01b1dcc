import type { Identifier } from './identifier.ts'
import { hexId } from './drawn-token.ts'

const uuid = /^[\da-f]{8}-[\da-f]{4}-([\da-f])[\da-f]{3}-[\da-f]{4}-[\da-f]{12}$/i
const crockford = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

/** Ids that have a specification: UUID, ULID and what is spelled like it, hex with ObjectId among it, cuid. */
export function standardIdentifier(text: string): Identifier | undefined {
  return uuidOf(text) ?? ulidOf(text) ?? hexId(text) ?? cuidOf(text)
}

function uuidOf(text: string): Identifier | undefined {
  const parts = uuid.exec(text)
  if (parts === null) return undefined
  const core = text.replaceAll('-', '').toLowerCase()
  if (/^0+$/.test(core)) return { format: 'nil uuid', core }
  const version = parts[1]?.toLowerCase() ?? ''
  const format = `uuid ${version}${text === text.toLowerCase() ? '' : ' in capitals'}`
  return version === '7' ? { format, core, mintedAt: Number.parseInt(core.slice(0, 12), 16) } : { format, core }
}

/** A ULID, or in small letters the UUID version 7 of a TypeID. Both begin with the time. */
function ulidOf(text: string): Identifier | undefined {
  if (!/^[0-7](?:[\dA-HJKMNP-TV-Z]{25}|[\da-hjkmnp-tv-z]{25})$/.test(text)) return undefined
  const core = text.toUpperCase()
  let ms = 0
  for (const character of core.slice(0, 10)) ms = ms * 32 + crockford.indexOf(character)
  return isPlausible(ms) ? { format: text === core ? 'ulid' : 'ulid in small letters', core, mintedAt: ms } : undefined
}

/** cuid and cuid2: a letter, then base36. */
function cuidOf(text: string): Identifier | undefined {
  if (!/^(?:[a-z][\da-z]{23}|c[\da-z]{24})$/.test(text)) return undefined
  return text.replace(/\D+/g, '').length >= 3 && changes(text) >= 5 ? { format: `cuid ${text.length}`, core: text } : undefined
}

/** How often the kind of character changes: digit, lower case, upper case. */
export function changes(text: string): number {
  let count = 0
  for (let index = 1; index < text.length; index++) if (kindOf(text.charCodeAt(index)) !== kindOf(text.charCodeAt(index - 1))) count++
  return count
}

function kindOf(code: number): number {
  if (code <= 57) return 0
  return code <= 90 ? 1 : 2
}

/** Between 2010 and 2060. */
export function isPlausible(ms: number): boolean {
  return ms >= 1_262_304_000_000 && ms <= 2_840_140_800_000
}
