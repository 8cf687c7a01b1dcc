import type { Identifier } from './identifier.ts'
import { type Certainty, hexId } from './drawn-token.ts'

const uuid = /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/i
const nilUuid = '00000000-0000-0000-0000-000000000000'
const crockford = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

/** Ids that have a specification: UUID, ULID and what is spelled like it, hex with ObjectId among it, cuid. */
export function standardIdentifier(text: string, certainty: Certainty = 'alone'): Identifier | undefined {
  // Most texts are none, and have another length.
  if (text.length === 36) return uuidOf(text) ?? hexId(text, certainty)
  if (text.length === 26) return ulidOf(text) ?? hexId(text, certainty)
  return hexId(text, certainty) ?? (text.length === 24 || text.length === 25 ? cuidOf(text, certainty) : undefined)
}

function uuidOf(text: string): Identifier | undefined {
  if (text[8] !== '-' || !uuid.test(text)) return undefined
  const core = text.toLowerCase()
  if (core === nilUuid) return { format: 'nil uuid', core }
  const version = core[14]
  const format = `uuid ${version}${text === core ? '' : ' in capitals'}`
  return version === '7' ? { format, core, mintedAt: Number.parseInt(core.slice(0, 8) + core.slice(9, 13), 16) } : { format, core }
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
function cuidOf(text: string, certainty: Certainty): Identifier | undefined {
  if (!/^(?:[a-z][\da-z]{23}|c[\da-z]{24})$/.test(text) || !/[g-z]/.test(text)) return undefined
  const [digits, least] = certainty === 'alone' ? [3, 5] : [1, 2]
  return text.replace(/\D+/g, '').length >= digits && changes(text) >= least ? { format: `cuid ${text.length}`, core: text } : undefined
}

/** How often the kind of character changes: digit, lower case, upper case. */
function changes(text: string): number {
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
