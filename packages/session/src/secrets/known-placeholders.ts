import type { Cassette } from '@retake/cassette'
import { type IsKnown, isPlaceholder, isShort } from '@retake/redaction'

/** Facts of this protocol are the short placeholders that a session made; no wire protocol has the name. */
export const placeholderFacts = 'placeholder'
/** The fact that says that they are all there. No placeholder has nothing in it. */
const completeName = ''
/** More are not listed: then those that are not go by their looks. */
const mostListed = 10_000

/** Keeps a fact. */
type Note = (protocol: string, session: string, name: string, value: boolean) => void

/** Lists the short placeholders of a session in its cassette, so that no short secret will pass for one. */
export class PlaceholderList {
  readonly #session: string
  readonly #note: Note
  #listed = 0

  /** @param isNew The session has none so far. */
  constructor(session: string, note: Note, isNew: boolean) {
    this.#session = session
    this.#note = note
    if (isNew) note(placeholderFacts, session, completeName, true)
  }

  add(placeholder: string): void {
    if (this.#listed > mostListed || !isShort(placeholder)) return
    this.#listed++
    if (this.#listed <= mostListed) this.#note(placeholderFacts, this.#session, placeholder, true)
    else this.#note(placeholderFacts, this.#session, ' ', false)
  }
}

/**
 * Whether a short text is a placeholder of a session.
 * @returns `undefined` for a session that did not list them all: there they go by their looks.
 */
export function knownPlaceholders(cassette: Cassette, session: string): IsKnown | undefined {
  const listed = cassette.facts(placeholderFacts, session)
  if (listed[completeName] !== true || listed[' '] !== undefined) return undefined
  return (text) => listed[text] === true
}

/** The same for texts of any length. */
export function placeholderTest(isKnown: IsKnown | undefined): IsKnown {
  return isKnown === undefined ? isPlaceholder : (text) => (isShort(text) ? isKnown(text) : isPlaceholder(text))
}
