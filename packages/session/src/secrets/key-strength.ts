import { RetakeError } from '@retake/core'

/** Fewer characters can be tried through, however slow each try is made. */
const shortestKey = 8
/** `aaaaaaaaaaaa` and `121212121212` are short keys that look long. */
const fewestDifferent = 4

/**
 * Refuses a key that does not protect what it seals: who has the cassette can try as many as they like.
 * @throws RetakeError `RETAKE_KEY_WEAK`.
 */
export function requireStrongKey(key: string | undefined): void {
  if (key === undefined) return
  const characters = Array.from(key)
  const different = new Set(characters).size
  if (characters.length >= shortestKey && different >= fewestDifferent) return
  const what =
    characters.length < shortestKey
      ? `has ${characters.length} characters; ${shortestKey} are the least`
      : `has ${different} different characters; ${fewestDifferent} are the least`
  throw new RetakeError('RETAKE_KEY_WEAK', `RETAKE_KEY ${what}: who gets hold of a cassette could guess it.`)
}
