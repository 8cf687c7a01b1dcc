import { type DrawKind, type DrawValue, primordials, type Segment } from '@retake/core'

/** One value taken from a nondeterministic source, in the order drawn. */
export interface Draw {
  readonly kind: DrawKind
  readonly value: DrawValue
}

/** Shorter texts and numbers are too likely to be equal to something by chance to be called a draw. */
const shortestText = 8
const shortestNumber = 6
/** Longer byte strings are bulk data, nobody writes them into a call as an id. */
const longestBytes = 256

/** The draws of a recorded take, in order. A clock that was read repeatedly without moving counts once. */
export function drawsOf(segments: readonly Segment[]): Draw[] {
  const draws: Draw[] = []
  for (const segment of segments) {
    for (const run of segment.draws) for (const value of run.values) draws.push({ kind: run.kind, value })
  }
  return draws
}

/** Every text as which a draw of these segments may show up, see {@link textForms}. */
export function drawnTexts(segments: readonly Segment[]): Set<string> {
  return new Set(drawsOf(segments).flatMap(({ kind, value }) => textForms(kind, value)))
}

/** Draws by stream (kind, and size for bytes), without repetitions in a row. */
export function byStream(draws: readonly Draw[]): Map<string, DrawValue[]> {
  const streams = new Map<string, DrawValue[]>()
  for (const { kind, value } of draws) {
    const stream = value instanceof Uint8Array ? `${kind}${value.byteLength}` : kind
    const values = streams.get(stream)
    if (values === undefined) streams.set(stream, [value])
    else if (identity(values[values.length - 1] as DrawValue) !== identity(value)) values.push(value)
  }
  return streams
}

/** Equal for equal draws of one stream. */
export function identity(value: DrawValue): string {
  return value instanceof Uint8Array ? hex(value) : String(value)
}

/**
 * The texts as which a drawn value shows up in calls: bytes as hex, base64, base64url and uuid, uuids with and without
 * hyphens, clocks as ms, s and ISO 8601, numbers in decimal.
 */
export function textForms(kind: string, value: DrawValue): string[] {
  if (value instanceof Uint8Array) return value.byteLength > longestBytes ? [] : bytesForms(value).filter(isTelling)
  if (typeof value === 'string') return [value, value.replaceAll('-', '')].filter(isTelling)
  const decimal = String(value)
  const forms = kind === 'date' && typeof value === 'number' ? [decimal, ...dateForms(value)] : [decimal]
  return forms.filter((form) => form.length >= shortestNumber)
}

/** Whether a text is long enough to be found inside another one. */
function isTelling(text: string): boolean {
  return text.length >= shortestText
}

/** Length of the beginning by which {@link textForms} are looked up inside a text. */
export const prefixLength: number = shortestText

function bytesForms(bytes: Uint8Array): string[] {
  const text = hex(bytes)
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const forms = [text, text.toUpperCase(), buffer.toString('base64'), buffer.toString('base64url')]
  if (bytes.byteLength !== 16) return forms
  // Libraries make a version 4 uuid of sixteen random bytes by setting six bits (RFC 9562, 5.4).
  const version4 = Uint8Array.from(bytes)
  version4[6] = ((version4[6] as number) & 0x0f) | 0x40
  version4[8] = ((version4[8] as number) & 0x3f) | 0x80
  return [...forms, hyphenated(text), hyphenated(hex(version4))]
}

function dateForms(ms: number): string[] {
  if (!Number.isFinite(ms) || Math.abs(ms) > 8.64e15) return []
  return [new primordials.Date(ms).toISOString(), String(Math.floor(ms / 1000))]
}

function hyphenated(text: string): string {
  return [text.slice(0, 8), text.slice(8, 12), text.slice(12, 16), text.slice(16, 20), text.slice(20)].join('-')
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex')
}
