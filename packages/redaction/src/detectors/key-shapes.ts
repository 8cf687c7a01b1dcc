import type { DetectionContext, Detector, Span } from '../span.ts'
import { keyShapeTable, type KeyShape, markedShapeTable, passwordHashTable } from './key-shape-table.ts'

interface Shape {
  readonly issuer: string
  /** The beginning is the first group; sticky. */
  readonly pattern: RegExp
}

/** Shapes by how keys begin: a look at each word's beginning costs next to nothing. */
interface ShapesByBeginning {
  /** 1 where a key may begin with these two characters, `first * 128 + second`. */
  readonly pairs: Uint8Array
  /** By the first three characters, `(first * 128 + second) * 128 + third`; two where the beginning has no more. */
  readonly shapes: ReadonlyMap<number, readonly Shape[]>
}

/** 1 for letters and digits, by their ASCII codes. */
const alphanumeric = Uint8Array.from({ length: 128 }, (_, code) => (/[A-Za-z0-9]/.test(String.fromCharCode(code)) ? 1 : 0))
const percent = 0x25

/** The shortest key; what is left of a text behind its last word's beginning is shorter. */
const shortest = 14

/** Keys of well-known issuers, by the form that their documentation gives. The fixed beginning stays. */
export const keyShapes: Detector = {
  name: 'key-shape',
  hint: /[A-Za-z0-9]/,
  mayBeIn: (text) => hasKey(text, byBeginning()) || markedShapeTable.some(({ mark }) => text.includes(mark)),
  *find(text, context) {
    yield* keysIn(text, byBeginning(), context)
    for (const { issuer, mark, pattern } of markedShapes()) {
      if (!text.includes(mark)) continue
      for (const match of text.matchAll(pattern)) {
        const to = match.index + match[0].length
        for (const [start, end] of (match.indices ?? []).slice(1) as [number, number][]) {
          if (end > start)
            yield { from: match.index, start, end, to, detector: `key-${issuer}`, ...parted(text.slice(start, end), context) }
        }
      }
    }
  },
}

/** Hashes of passwords: scheme and cost stay. */
export const passwordHash: Detector = {
  name: 'password-hash',
  hint: /\$(?:2[abxy]\$|argon2|scrypt\$|pbkdf2|[156]\$)|pbkdf2_sha/,
  *find(text, context) {
    for (const { issuer, pattern } of hashShapes()) {
      for (const match of text.matchAll(new RegExp(`(?<![A-Za-z0-9])${pattern.source}`, 'g')))
        yield spanOf(match, `hash-${issuer}`, context)
    }
  },
}

let table: ShapesByBeginning | undefined

function byBeginning(): ShapesByBeginning {
  if (table !== undefined) return table
  const pairs = new Uint8Array(128 * 128)
  const shapes = new Map<number, Shape[]>()
  for (const shape of keyShapeTable) {
    const compiled = compile(shape)
    for (const beginning of new Set(shape.beginnings.map((whole) => whole.slice(0, 3)))) {
      const pair = beginning.charCodeAt(0) * 128 + beginning.charCodeAt(1)
      pairs[pair] = 1
      const key = beginning.length === 2 ? -pair : pair * 128 + beginning.charCodeAt(2)
      shapes.set(key, [...(shapes.get(key) ?? []), compiled])
    }
  }
  return (table = { pairs, shapes })
}

interface MarkedPattern {
  readonly issuer: string
  readonly mark: string
  /** What is secret before and behind the mark are its groups. */
  readonly pattern: RegExp
}

let marked: readonly MarkedPattern[] | undefined

function markedShapes(): readonly MarkedPattern[] {
  return (marked ??= markedShapeTable.map(({ issuer, mark, before, after, left = '(?<![A-Za-z0-9])', right = '' }) => ({
    issuer,
    mark,
    pattern: new RegExp(`${left}(${before})${escaped(mark)}(${after})${right}`, 'dg'),
  })))
}

function escaped(text: string): string {
  return text.replaceAll(/[.$+]/g, String.raw`\$&`)
}

let hashes: readonly Shape[] | undefined

function hashShapes(): readonly Shape[] {
  return (hashes ??= passwordHashTable.map(compile))
}

function compile({ issuer, beginnings, kept, secret }: KeyShape): Shape {
  return { issuer, pattern: new RegExp(`((?:${beginnings.map(escaped).join('|')})${kept})${secret}`, 'y') }
}

/** Where keys may begin: no letter or digit stands before it, or it is behind the octet of a percent encoding (`%3Dghp_…`). */
function beginningAfter(text: string, from: number, { pairs }: ShapesByBeginning, encoded: boolean): number {
  let before = from === 0 ? 0 : isAlphanumeric(text.charCodeAt(from - 1))
  for (let at = from; at < text.length - shortest; at++) {
    const code = text.charCodeAt(at)
    const inWord = before
    before = isAlphanumeric(code)
    if (before === 0 || (inWord === 1 && !(encoded && at > 2 && text.charCodeAt(at - 3) === percent))) continue
    const next = text.charCodeAt(at + 1)
    if (next < 128 && pairs[code * 128 + next] === 1) return at
  }
  return -1
}

function isAlphanumeric(code: number): number {
  return code < 128 ? (alphanumeric[code] as number) : 0
}

function shapesAt(text: string, at: number, { shapes }: ShapesByBeginning): readonly Shape[] | undefined {
  const pair = text.charCodeAt(at) * 128 + text.charCodeAt(at + 1)
  return shapes.get(pair * 128 + text.charCodeAt(at + 2)) ?? shapes.get(-pair)
}

function hasKey(text: string, known: ShapesByBeginning): boolean {
  const encoded = text.includes('%')
  for (let at = beginningAfter(text, 0, known, encoded); at !== -1; at = beginningAfter(text, at + 1, known, encoded)) {
    for (const { pattern } of shapesAt(text, at, known) ?? []) {
      pattern.lastIndex = at
      if (pattern.test(text)) return true
    }
  }
  return false
}

function keysIn(text: string, known: ShapesByBeginning, context: DetectionContext): Span[] {
  const spans: Span[] = []
  const encoded = text.includes('%')
  let from = 0
  for (;;) {
    const at = beginningAfter(text, from, known, encoded)
    if (at === -1) return spans
    from = at + 1
    for (const { issuer, pattern } of shapesAt(text, at, known) ?? []) {
      pattern.lastIndex = at
      const match = pattern.exec(text)
      if (match === null) continue
      spans.push(spanOf(match, `key-${issuer}`, context))
      from = at + match[0].length
      break
    }
  }
}

function spanOf(match: RegExpExecArray, detector: string, context: DetectionContext): Span {
  const kept = match[1]?.length ?? 0
  const span = { from: match.index, start: match.index + kept, end: match.index + match[0].length, detector }
  return { ...span, ...parted(match[0].slice(kept), context) }
}

/** Marks for which a placeholder has others: with those the shape (`$salt$hash`) would not be known again. */
const marks = /([!*~@^?#$]+)/

/** How a secret with marks in it is replaced: part by part, and the marks stay. */
function parted(secret: string, { placeholder }: DetectionContext): Pick<Span, 'rewrite'> {
  if (!marks.test(secret)) return {}
  return {
    rewrite: (raw) =>
      raw
        .split(marks)
        .map((part, at) => (at % 2 === 1 || part === '' ? part : placeholder(part)))
        .join(''),
  }
}
