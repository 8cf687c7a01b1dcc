import type { FieldValue } from '@retake/core'

/** The named parts of a call, as a protocol's `matchFields` gives them. */
export type Fields = { readonly [name: string]: FieldValue }

export interface MatchKeyOptions {
  /**
   * Canonical form of a text before it becomes part of the key; also asked for the names of members. The session passes
   * redaction's recogniser of placeholders, so that the live secret and its recorded placeholder are one text.
   * @default the text itself
   */
  readonly canonicalText?: (text: string) => string
}

/** Keys above this length (UTF-16 units) are replaced by their SHA-256, so that an index of a million calls stays small. */
const longestPlainKey = 1024

/**
 * The canonical form of a call: two calls have the same key exactly when protocol and fields are equal. Names of members
 * are sorted, bytes are told from text, numbers are exact (`-0` is not `0`), lists keep their order.
 *
 * @param protocol Name of the protocol's folder.
 * @param fields What `matchFields` of the protocol made of the call.
 * @returns Text of at most 1024 UTF-16 units plus the protocol's name. Stable across releases of Node and platforms.
 */
export function matchKey(protocol: string, fields: Fields, options: MatchKeyOptions = {}): string {
  const text = canonicalForm(fields, options.canonicalText)
  return text.length <= longestPlainKey ? `${protocol} ${text}` : `${protocol} sha256:${digest(text)}`
}

/** Values that are nested deeper are written without recursion. */
const deepestRecursion = 100

/** What is still to be written: a piece of text as it is, or a value. */
type Pending = { readonly text: string } | { readonly value: FieldValue }

/** The canonical text of a value, unbounded, however deep. */
export function canonicalForm(root: FieldValue, canonicalText?: (text: string) => string): string {
  return formOf(root, canonicalText, 0)
}

function formOf(value: FieldValue, canonicalText: MatchKeyOptions['canonicalText'], depth: number): string {
  if (typeof value === 'string') return quoted(value, canonicalText)
  if (typeof value !== 'object' || value === null) return Object.is(value, -0) ? '-0' : String(value)
  if (value instanceof Uint8Array) return `b"${base64(value)}"`
  if (depth === deepestRecursion) return deepForm(value, canonicalText)
  if (isList(value)) {
    let written = '['
    for (let index = 0; index < value.length; index++) {
      if (index > 0) written += ','
      written += formOf(value[index] ?? null, canonicalText, depth + 1)
    }
    return `${written}]`
  }
  let written = '{'
  for (const [name, member] of sortedMembers(value, canonicalText)) {
    written += `${written.length === 1 ? '' : ','}${name}:${formOf(member, canonicalText, depth + 1)}`
  }
  return `${written}}`
}

/** A body nested a hundred thousand levels deep is some client's right and must not overflow our stack. */
function deepForm(root: FieldValue, canonicalText: MatchKeyOptions['canonicalText']): string {
  let written = ''
  const pending: Pending[] = [{ value: root }]
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if ('text' in next) written += next.text
    else if (typeof next.value !== 'object' || next.value === null || next.value instanceof Uint8Array)
      written += formOf(next.value, canonicalText, 0)
    else if (isList(next.value)) pushList(pending, next.value)
    else pushMembers(pending, next.value, canonicalText)
  }
  return written
}

/** `Array.isArray` does not narrow read-only arrays. */
export function isList(value: FieldValue): value is readonly FieldValue[] {
  return Array.isArray(value)
}

function pushList(pending: Pending[], list: readonly FieldValue[]): void {
  pending.push({ text: ']' })
  for (let index = list.length - 1; index >= 0; index--) {
    pending.push({ value: list[index] ?? null }, { text: index === 0 ? '' : ',' })
  }
  pending.push({ text: '[' })
}

function pushMembers(pending: Pending[], members: Fields, canonicalText: MatchKeyOptions['canonicalText']): void {
  const entries = sortedMembers(members, canonicalText)
  pending.push({ text: '}' })
  for (let index = entries.length - 1; index >= 0; index--) {
    const [name, value] = entries[index] as [string, FieldValue]
    pending.push({ value }, { text: `${index === 0 ? '' : ','}${name}:` })
  }
  pending.push({ text: '{' })
}

/** Quoted names with their values; what is `undefined` is not there. */
function sortedMembers(members: Fields, canonicalText: MatchKeyOptions['canonicalText']): [string, FieldValue][] {
  const entries: [string, FieldValue][] = []
  for (const name of Object.keys(members)) {
    const value = members[name]
    if (value !== undefined) entries.push([quoted(name, canonicalText), value])
  }
  if (entries.length > 1) entries.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
  return entries
}

function quoted(text: string, canonicalText: MatchKeyOptions['canonicalText']): string {
  return JSON.stringify(canonicalText === undefined ? text : canonicalText(text))
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64')
}

function digest(text: string): string {
  return process.getBuiltinModule('node:crypto').createHash('sha256').update(text).digest('hex')
}
