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
      return isReplaced || isWord ? text : betweenMarks(text, key)
    })
    .join('')
}

/** Marks between the parts stay: by them a format is known (`$argon2id$…$salt$hash`). */
function betweenMarks(text: string, key: Uint8Array): string {
  const [, before = '', secret = '', after = ''] = /^([!-/:-@[-`{-~]*)([^]*?)([!-/:-@[-`{-~]*)$/.exec(text) ?? []
  return secret === '' ? text : before + placeholderFor(secret, key) + after
}
