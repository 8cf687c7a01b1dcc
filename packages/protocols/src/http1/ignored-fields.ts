import type { FieldValue } from '@retake/core'
import type { IgnoredFields } from '../protocol.ts'
import { type BodyStep, everyMember, parseBodyPath } from './body-path.ts'

type Fields = { readonly [name: string]: FieldValue }

/** Leaves out of a call's fields what the user says does not matter. The same object when nothing is left out. */
export type LeavingOut = (fields: Fields) => Fields

/** Made once for each configuration: sessions have one. */
const made: WeakMap<IgnoredFields, LeavingOut> = new WeakMap()

/** What leaves these fields out of HTTP calls: headers and parameters by name (`*` stands for any characters), parts of a body by path. */
export function leavingOut(ignored: IgnoredFields): LeavingOut {
  let leave = made.get(ignored)
  if (leave === undefined) made.set(ignored, (leave = create(ignored)))
  return leave
}

function create({ headers, query, body }: IgnoredFields): LeavingOut {
  if (headers.length + query.length + body.length === 0) return (fields) => fields
  const isIgnoredHeader = nameTest(headers.map((name) => name.toLowerCase()))
  const isIgnoredParameter = nameTest(query)
  const paths = body.flatMap((path) => {
    const steps = parseBodyPath(path)
    return steps === undefined ? [] : [steps]
  })
  return (fields) => {
    const left: { [name: string]: FieldValue } = {}
    const keep = (name: string, value: FieldValue | undefined): void => {
      if (value !== undefined && value !== fields[name]) left[name] = value
    }
    keep('headers', withoutNames(fields['headers'], isIgnoredHeader))
    const withoutParameters = withoutNames(fields['query'], isIgnoredParameter)
    keep('query', withoutParameters)
    keep('body', withoutPaths(fields['body'], paths))
    if (Object.keys(left).length === 0) return fields
    const { query: before, ...others } = { ...fields, ...left }
    // A request all of whose parameters do not matter is one without parameters.
    return before === undefined || Object.keys(before as Fields).length === 0 ? others : { ...others, query: before }
  }
}

function nameTest(patterns: readonly string[]): (name: string) => boolean {
  const plain = new Set(patterns.filter((pattern) => !pattern.includes('*')))
  const wild = patterns
    .filter((pattern) => pattern.includes('*'))
    .map((pattern) => new RegExp(`^${pattern.replaceAll(/[.+?^${}()|[\]\\]/g, String.raw`\$&`).replaceAll(/\*+/g, '.*')}$`))
  return (name) => plain.has(name) || wild.some((test) => test.test(name))
}

function withoutNames(members: FieldValue | undefined, isIgnored: (name: string) => boolean): FieldValue | undefined {
  if (!isRecord(members)) return members
  const names = Object.keys(members)
  return names.some(isIgnored) ? recordOf(names.filter((name) => !isIgnored(name)).map((name) => [name, members[name]])) : members
}

function withoutPaths(body: FieldValue | undefined, paths: readonly (readonly BodyStep[])[]): FieldValue | undefined {
  let left = body
  for (const path of paths) if (left !== undefined) left = without(left, path, 0)
  return left
}

/** @returns `undefined` where the path ends: the value is left out. */
function without(value: FieldValue, path: readonly BodyStep[], depth: number): FieldValue | undefined {
  const step = path[depth]
  if (step === undefined) return undefined
  if (Array.isArray(value)) return withoutItems(value as readonly FieldValue[], path, depth, step)
  if (!isRecord(value)) return value
  if (step !== everyMember && !Object.hasOwn(value, String(step))) return value
  return recordOf(
    Object.keys(value).map((name) => {
      const member = value[name] as FieldValue
      return [name, step === everyMember || String(step) === name ? without(member, path, depth + 1) : member]
    }),
  )
}

function withoutItems(items: readonly FieldValue[], path: readonly BodyStep[], depth: number, step: BodyStep): FieldValue {
  const left: FieldValue[] = []
  for (const [index, item] of items.entries()) {
    // Forms are pairs of name and value, multipart bodies are parts with a name.
    const isNamed = depth === 0 && typeof step === 'string' && nameOf(item) === step
    const kept = step === everyMember || step === index ? without(item, path, depth + 1) : isNamed ? undefined : item
    // The place of an item says which one it is, so one that does not matter still takes it.
    if (kept !== undefined) left.push(kept)
    else if (!isNamed) left.push(null)
  }
  return left
}

function nameOf(item: FieldValue): FieldValue | undefined {
  if (Array.isArray(item)) return item.length === 2 ? (item[0] as FieldValue) : undefined
  return isRecord(item) && 'content' in item ? item['name'] : undefined
}

function isRecord(value: FieldValue | undefined): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array)
}

/** `Object.fromEntries` keeps a member called `__proto__`. */
function recordOf(entries: readonly (readonly [string, FieldValue | undefined])[]): FieldValue {
  return Object.fromEntries(entries.filter((entry): entry is [string, FieldValue] => entry[1] !== undefined))
}
