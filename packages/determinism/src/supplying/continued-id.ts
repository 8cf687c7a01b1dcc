import type { KeyedGenerator } from './keyed-generator.ts'

/** Digits of a ULID (Crockford's base 32). */
const crockford = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

/**
 * An id that was not recorded: of the form of one that the library minted, and the same in each run. What a form demands
 * (version, alphabet, the time at its beginning) holds.
 * @param pattern What the library minted.
 * @param now The take's own time, ms since the epoch; asked only for forms that begin with a time.
 */
export function continuedId(pattern: string, generator: KeyedGenerator, now: () => number): string {
  if (/^[\da-f]{8}-[\da-f]{4}-[1-8][\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/i.test(pattern)) return uuid(pattern, generator, now)
  // An ObjectId begins with seconds since the epoch.
  if (/^[\da-f]{24}$/.test(pattern)) {
    const seconds = Math.floor(now() / 1000)
    return seconds.toString(16).padStart(8, '0') + generator.bytes(8).toString('hex')
  }
  if (/^[0-7][\dA-HJKMNP-TV-Z]{25}$/.test(pattern)) return ulid(generator, now())
  return generator.like(pattern)
}

function uuid(pattern: string, generator: KeyedGenerator, now: () => number): string {
  if (pattern[14] === '7') return generator.uuid(7, now())
  const made = generator.uuid(4)
  return `${made.slice(0, 14)}${pattern[14]}${made.slice(15)}`
}

function ulid(generator: KeyedGenerator, time: number): string {
  let text = ''
  for (let left = time, digits = 0; digits < 10; digits++, left = Math.floor(left / 32)) text = crockford[left % 32]! + text
  for (const byte of generator.bytes(16)) text += crockford[byte & 31]!
  return text
}
