import { placeholderFor } from './placeholder.ts'

/** A stretch of a secret. */
export interface SecretPart {
  readonly text: string
  /** Something of no use to anybody stands there already. */
  readonly isReplaced: boolean
}

/** A word before what was replaced, as in `sk_live_…`, tells what it is. */
const leadingWord = /^[a-z][a-z\d]{0,11}(?:[_:.-][a-z\d]{1,11}){0,2}[_:.-]$/i

/** The placeholder of a secret that is replaced in part already: those parts stay. */
export function placeholderOfParts(parts: readonly SecretPart[], key: Uint8Array): string {
  return parts
    .map(({ text, isReplaced }, at) => {
      const isWord = at === 0 && parts.length > 1 && leadingWord.test(text)
      return isReplaced || isWord ? text : placeholderFor(text, key)
    })
    .join('')
}
