/** One character of a JSON string, as it is written and as it is meant. */
interface Unit {
  readonly raw: string
  readonly character: string
}

const unitShape =
  /\\u[dD][89abAB][\dA-Fa-f]{2}\\u[dD][c-fC-F][\dA-Fa-f]{2}|\\u[\dA-Fa-f]{4}|\\[\s\S]|[\ud800-\udbff][\udc00-\udfff]|[\s\S]/g
const shortEscapes: { readonly [letter: string]: string } = { n: '\n', r: '\r', t: '\t', b: '\b', f: '\f' }

/** What stands between the quotes of a JSON string, decoded. */
export function decodeJsonString(raw: string): string {
  return raw.includes('\\') ? raw.replaceAll(escape, characterOf) : raw
}

/** What in {@link unitShape} stands for something else. */
const escape = /\\u[dD][89abAB][\dA-Fa-f]{2}\\u[dD][c-fC-F][\dA-Fa-f]{2}|\\u[\dA-Fa-f]{4}|\\[\s\S]/g

/**
 * Redacts what stands between the quotes of a JSON string. Each character is written in the way in which the one at its
 * place was, so that the length stays.
 * @param redact Gets the decoded text, and gives one of as many characters of the same lengths back.
 */
export function rewriteJsonString(raw: string, redact: (decoded: string) => string): string {
  if (!raw.includes('\\')) {
    const redacted = redact(raw)
    // Only a rule of the user's brings in what must be escaped.
    return redacted !== raw && /["\\]/.test(redacted) ? JSON.stringify(redacted).slice(1, -1) : redacted
  }
  const decoded = decodeJsonString(raw)
  const redacted = redact(decoded)
  if (redacted === decoded) return raw
  const units = unitsOf(raw)
  const characters = Array.from(redacted)
  // A rule of the user's may give a text of another length.
  if (characters.length !== Array.from(decoded).length) return JSON.stringify(redacted).slice(1, -1)
  let at = 0
  // A lone surrogate is a unit, and a character too; what the pieces of one join to was one unit before.
  return units
    .map((unit) =>
      encodeLike(
        unit,
        Array.from(unit.character)
          .map(() => characters[at++] ?? '')
          .join(''),
      ),
    )
    .join('')
}

function encodeLike(unit: Unit, character: string): string {
  if (character === unit.character) return unit.raw
  if (!unit.raw.startsWith('\\u')) return character
  let escaped = ''
  for (let index = 0; index < character.length; index++) escaped += `\\u${character.charCodeAt(index).toString(16).padStart(4, '0')}`
  return escaped
}

function unitsOf(raw: string): Unit[] {
  return (raw.match(unitShape) ?? []).map((unit) => ({ raw: unit, character: characterOf(unit) }))
}

function characterOf(unit: string): string {
  if (unit.length === 1 || unit[0] !== '\\') return unit
  if (unit[1] !== 'u' || unit.length === 2) return shortEscapes[unit[1] as string] ?? (unit[1] as string)
  return unit.replaceAll(/\\u([\dA-Fa-f]{4})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 16)))
}
