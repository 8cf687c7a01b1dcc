import { drawnPair } from './drawn-token.ts'
import { type Identifier, identifierOf, longestToken, signed } from './identifier.ts'
import { standardIdentifier } from './standard-identifier.ts'

/** What two texts at one place are, each; `undefined` where it is no id. */
export type IdentifierPair = readonly [recorded: Identifier | undefined, replayed: Identifier | undefined]

/**
 * Two texts as ids. Of what is drawn some looks less so by chance, or as if it had a prefix (`k9_…` among nanoids); beside one
 * that surely is of the same form, that is enough.
 * @param name Name of the values.
 */
export function identifierPair(recorded: string, replayed: string, name: string): IdentifierPair {
  const before = identifierOf(recorded, name)
  const now = identifierOf(replayed, name)
  if (before !== undefined && before.format === now?.format) return [before, now]
  if (before !== undefined || now !== undefined) {
    const [other, otherNow] = [before ?? identifierOf(recorded, name, 'beside'), now ?? identifierOf(replayed, name, 'beside')]
    if (other?.format === otherNow?.format) return [other, otherNow]
  }
  return formPair(recorded, replayed) ?? [before, now]
}

/** Both read in the same way, which need not be the first that fits one of them alone. */
function formPair(recorded: string, replayed: string): readonly [Identifier, Identifier] | undefined {
  if (recorded.length !== replayed.length) return undefined
  const [inner, other] = [signed.exec(recorded)?.[1], signed.exec(replayed)?.[1]]
  if (inner !== undefined && other !== undefined) return named('signed ', drawnPair(inner, other))
  if (recorded.length > longestToken) return undefined
  const common = commonPrefix(recorded, replayed)
  if (common !== '') return named(`${common} + `, tokenPair(recorded.slice(common.length), replayed.slice(common.length)))
  return tokenPair(recorded, replayed)
}

/** What was drawn hardly begins like this; where both do, it is what they are called. */
const ownPrefix = /^(?:[a-z][a-z\d]{1,11}|[A-Z]{2,10})[_-]/

function tokenPair(recorded: string, replayed: string): readonly [Identifier, Identifier] | undefined {
  if (ownPrefix.test(recorded) && ownPrefix.test(replayed)) return undefined
  const known = [standardIdentifier(recorded), standardIdentifier(replayed)]
  if (known.every((form) => form === undefined || form.format.startsWith('cuid'))) return drawnPair(recorded, replayed)
  // Whatever has a form of its own has not become something without.
  const [before, now] = [standardIdentifier(recorded, 'beside'), standardIdentifier(replayed, 'beside')]
  return before !== undefined && now !== undefined && before.format === now.format ? [before, now] : undefined
}

const prefix = /^(?:(?:[a-z][a-z\d]{1,11}|[A-Z]{2,10})[_-]){1,4}/

/** `req_`, where both begin so; empty when they do not. */
function commonPrefix(recorded: string, replayed: string): string {
  let end = 0
  for (let index = 0; index < recorded.length && recorded[index] === replayed[index]; index++)
    if (recorded[index] === '_' || recorded[index] === '-') end = index + 1
  return prefix.exec(recorded.slice(0, end))?.[0] ?? ''
}

function named(form: string, pair: readonly [Identifier, Identifier] | undefined): readonly [Identifier, Identifier] | undefined {
  if (pair === undefined) return undefined
  const [before, now] = pair
  const format = `${form}${before.format}`
  return [
    { ...before, format },
    { ...now, format },
  ]
}

/**
 * Whether two ids of one format can both have been drawn. What is only guessed to be drawn must differ in most places: in
 * drawn base62 one character of 62 is the same by chance, in `iPhone14ProMax256GB` and `iPhone15ProMax256GB` all but one.
 */
export function areBothDrawn(recorded: Identifier, replayed: Identifier): boolean {
  if (recorded.isGuess !== true || recorded.core.length !== replayed.core.length) return true
  let same = 0
  for (let index = 0; index < recorded.core.length; index++) if (recorded.core[index] === replayed.core[index]) same++
  return same * 2 <= recorded.core.length && !(isPutTogether(recorded.core) && isPutTogether(replayed.core))
}

/** Words, abbreviations and numbers, as names of things are made: `GalaxyS23Ultra512GB`. */
const meaningful = /[A-Z]?[a-z]{2,}|[A-Z]{2,}(?![a-z])|\d{2,}/g

/** Whether nine tenths of a text are such parts: of drawn base62 half of it, of one text in fifty nine tenths, hardly ever of two. */
function isPutTogether(text: string): boolean {
  const plain = text.replace(/[^\dA-Za-z]+/g, '').length
  return text.replace(meaningful, '').replace(/[^\dA-Za-z]+/g, '').length * 10 <= plain
}
