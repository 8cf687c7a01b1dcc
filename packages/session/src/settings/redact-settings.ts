import type { ProtobufConfig } from '../protobuf/schema.ts'
import type { AllowRule, PersonalData, RedactionRules, SecretRule } from '@retake/redaction'

/** What a rule of the user's is about: exactly one of these. */
export interface RedactPlace {
  /** Name of a header, in any spelling. */
  readonly header?: string
  /** Name of a SQL column or of what a parameter stands for. */
  readonly column?: string
  /** Name of a JSON member, form field, query parameter, column or argument. */
  readonly field?: string
  /** `body.user.notes[*].text`, `headers.x-partner`, `query.ref`, `columns.hint`; `*` is any member or item. */
  readonly path?: string
  /** What it looks like: every match is secret, or its first group where it has one. */
  readonly pattern?: string | RegExp
}

/** Something that is secret. */
export interface RedactRule extends RedactPlace {
  /** What takes its place. @default a placeholder of the same form */
  readonly with?: string
  /** What the counts of a take call it. @default `custom` */
  readonly name?: string
}

/** Something that the default rules take for secret and that is not: a name, or more exactly one of these. */
export type AllowEntry =
  | string
  | { readonly value?: string; readonly pattern?: string | RegExp; readonly path?: string; readonly name?: string }

/** Secrets beyond the default rules, and exceptions from them. */
export interface RedactConfig {
  /** Names of headers whose values are secret. */
  readonly headers?: readonly string[]
  /** Names of JSON members, form fields, query parameters, SQL columns whose values are secret. */
  readonly fields?: readonly string[]
  /** Further rules. */
  readonly rules?: readonly RedactRule[]
  /** What the default rules take for secret and that is not. */
  readonly allow?: readonly AllowEntry[]
  /** Personal data too: all classes, or these. @default false */
  readonly pii?: boolean | readonly PersonalData[]
  /** Detectors that are left out. */
  readonly without?: readonly string[]
}

/** With every default filled in, and what bodies are to be read with. */
export interface RedactSettings extends Required<RedactConfig> {
  readonly protobuf?: ProtobufConfig
}

const places = ['header', 'column', 'field', 'path', 'pattern'] as const
const allowances = ['name', 'value', 'pattern', 'path'] as const
const pathPlaces = { body: undefined, headers: 'header', query: 'query', columns: 'column' } as const

/** What of it no schema says: that a rule is about one thing, that paths begin with a place and patterns are regular expressions. */
export function redactProblems({ rules = [], allow = [] }: RedactConfig = {}): string[] {
  return [
    ...rules.flatMap((rule, index) => problemsOf(rule, places, `redact.rules.${index}`)),
    ...allow.flatMap((entry, index) => (typeof entry === 'string' ? [] : problemsOf(entry, allowances, `redact.allow.${index}`))),
  ]
}

function problemsOf(rule: { readonly path?: string; readonly pattern?: string | RegExp }, names: readonly string[], key: string): string[] {
  const given = names.filter((name) => (rule as { readonly [name: string]: unknown })[name] !== undefined)
  if (given.length !== 1) return [`\`${key}\` must have exactly one of ${names.join(', ')}`]
  const { path, pattern } = rule
  if (path !== undefined && !Object.hasOwn(pathPlaces, placeOf(path).place))
    return [`\`${key}.path\` must begin with body, headers, query or columns: body.user.notes[*].text`]
  if (typeof pattern === 'string') {
    try {
      new RegExp(pattern)
    } catch (error) {
      return [`\`${key}.pattern\`: ${(error as Error).message}`]
    }
  }
  return []
}

/** The user's rules in redaction's words. */
export function redactionRules({ headers, fields, rules, allow, pii, without }: RedactSettings): RedactionRules {
  return {
    secret: [
      ...headers.map((name): SecretRule => ({ kind: 'name', name, place: 'header' })),
      ...fields.map((name): SecretRule => ({ kind: 'name', name })),
      ...rules.map(secretRule),
    ],
    allow: allow.map(allowRule),
    personal: pii === true ? ['email', 'phone', 'iban', 'ssn'] : pii === false ? [] : pii,
    without,
  }
}

function secretRule({ header, column, field, path, pattern, name = 'custom', with: text }: RedactRule): SecretRule {
  const replaced = text === undefined ? {} : { with: text }
  if (pattern !== undefined) return { kind: 'pattern', name, pattern: expression(pattern), ...replaced }
  if (header !== undefined) return { kind: 'name', name: header, place: 'header', ...replaced }
  if (column !== undefined) return { kind: 'name', name: column, place: 'column', ...replaced }
  if (path === undefined) return { kind: 'name', name: field ?? '', ...replaced }
  const { place, rest } = placeOf(path)
  const named = pathPlaces[place as keyof typeof pathPlaces]
  return named === undefined ? { kind: 'path', path: rest, ...replaced } : { kind: 'name', name: rest, place: named, ...replaced }
}

function allowRule(entry: AllowEntry): AllowRule {
  if (typeof entry === 'string') return { kind: 'name', name: entry }
  const { name, value, pattern, path } = entry
  if (value !== undefined) return { kind: 'value', value }
  if (pattern !== undefined) return { kind: 'pattern', pattern: expression(pattern) }
  if (path === undefined) return { kind: 'name', name: name ?? '' }
  const { place, rest } = placeOf(path)
  return place === 'body' ? { kind: 'path', path: rest } : { kind: 'name', name: rest }
}

function placeOf(path: string): { readonly place: string; readonly rest: string } {
  const [place = ''] = path.split(/[.[]/, 1)
  return { place, rest: path.slice(place.length).replace(/^\./, '') }
}

function expression(pattern: string | RegExp): RegExp {
  return typeof pattern === 'string' ? new RegExp(pattern) : pattern
}
