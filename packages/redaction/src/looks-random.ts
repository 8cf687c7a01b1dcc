const shortest = 20
/** Of all neighbours in random letters and digits six of ten are of different kinds; in hexadecimal ones half are. */
const leastChanges = 0.22
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i
/** A path with a date in it has as many digits as a key, but ends like a file. */
const file = /\/[^/]{0,255}\.[A-Za-z]\w{1,4}$/
const allowed = /^[\w.~+/=-]+$/

/**
 * Whether a text looks as if dice had made it: letters and digits that take turns often. Words, slugs, dates, numbers and
 * UUIDs (which name things) do not. A placeholder keeps the kind of each character, and so looks as random as its secret.
 */
export function looksRandom(text: string): boolean {
  if (text.length < shortest || text.length > 4096 || !allowed.test(text) || uuid.test(text) || file.test(text)) return false
  let changes = 0
  let letters = 0
  let digits = 0
  let before = 0
  for (let at = 0; at < text.length; at++) {
    const kind = kindOf(text.charCodeAt(at))
    if (kind === 1) digits++
    else if (kind > 1) letters++
    if (kind !== 0 && before !== 0 && kind !== before) changes++
    before = kind
  }
  return digits > 0 && letters > 0 && changes >= text.length * leastChanges
}

/** 1: digit, 2: lower case, 3: upper case, 0: anything else. */
function kindOf(code: number): number {
  if (code >= 0x30 && code <= 0x39) return 1
  if (code >= 0x61 && code <= 0x7a) return 2
  return code >= 0x41 && code <= 0x5a ? 3 : 0
}
