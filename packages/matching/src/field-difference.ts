import type { Call, FieldValue } from '@retake/core'
import type { CallForms } from './call-forms.ts'
import { canonicalForm, type Fields, isList } from './match-key.ts'

/** One place in which a recorded call and an asked one differ. `undefined`: there is no such member on that side. */
export interface FieldDifference {
  /** `query.page`, `body.items[2].price`, `body["a.b"]`. */
  readonly path: string
  readonly recorded: FieldValue | undefined
  readonly asked: FieldValue | undefined
}

/** How two calls compare, field by field in the order in which the asked call names them. */
export interface FieldComparison {
  /** Names of the fields that are equal and not empty: that two calls both have no body says nothing. */
  readonly same: readonly string[]
  /** How many fields are equal before the first one that differs: how far the call got. */
  readonly reached: number
  /** How many fields differ. */
  readonly fields: number
  /** At most 20; `more` says how many fields had further ones. */
  readonly differences: readonly FieldDifference[]
  readonly more: boolean
}

const mostDifferences = 20
/** Deeper values are compared as a whole. */
const deepest = 64

/** Compares what decides the equality of two calls. */
export function compareFields(recorded: Call, asked: Call, forms: CallForms): FieldComparison {
  const before = forms.matchFields(recorded)
  const now = forms.matchFields(asked)
  const same: string[] = []
  const differences: FieldDifference[] = []
  let reached = 0
  let fields = 0
  for (const name of fieldOrder(asked, now, before)) {
    const collected = differencesIn(before[name], now[name], name, forms)
    if (collected.length > 0) fields++
    else if (!isEmpty(now[name])) same.push(name)
    if (fields === 0) reached++
    differences.push(...collected)
  }
  const more = differences.length > mostDifferences
  return { same, reached, fields, differences: differences.slice(0, mostDifferences), more }
}

function isEmpty(value: FieldValue | undefined): boolean {
  if (value === '' || value === null || value === undefined) return true
  if (typeof value !== 'object') return false
  return value instanceof Uint8Array ? value.byteLength === 0 : Object.keys(value).length === 0
}

function fieldOrder(asked: Call, now: Fields, before: Fields): string[] {
  const present = new Set([...Object.keys(asked.fields), ...Object.keys(now), ...Object.keys(before)])
  return [...present].filter((name) => now[name] !== undefined || before[name] !== undefined)
}

function differencesIn(recorded: FieldValue | undefined, asked: FieldValue | undefined, path: string, forms: CallForms): FieldDifference[] {
  const found: FieldDifference[] = []
  collect(recorded, asked, path, 0)
  return found

  function collect(before: FieldValue | undefined, now: FieldValue | undefined, at: string, depth: number): void {
    if (found.length > mostDifferences || before === now) return
    const members = depth < deepest ? membersOf(before, now) : undefined
    if (members === undefined) {
      if (
        before === undefined ||
        now === undefined ||
        canonicalForm(before, forms.canonicalText) !== canonicalForm(now, forms.canonicalText)
      ) {
        found.push({ path: at, recorded: before, asked: now })
      }
      return
    }
    // A query names each parameter with a list of values, which nearly always is one.
    const isSingle = depth > 0 && isSingleScalar(before) && isSingleScalar(now)
    for (const [step, a, b] of members) collect(a, b, isSingle ? at : at + step, depth + 1)
  }
}

function isSingleScalar(value: FieldValue | undefined): boolean {
  return Array.isArray(value) && value.length === 1 && (typeof value[0] !== 'object' || value[0] === null)
}

type Members = Iterable<readonly [step: string, recorded: FieldValue | undefined, asked: FieldValue | undefined]>

/** The members of two lists or two objects side by side; `undefined` when they are not of the same kind. */
function membersOf(recorded: FieldValue | undefined, asked: FieldValue | undefined): Members | undefined {
  if (typeof recorded !== 'object' || typeof asked !== 'object' || recorded === null || asked === null) return undefined
  if (recorded instanceof Uint8Array || asked instanceof Uint8Array) return undefined
  if (isList(recorded) && isList(asked)) return items(recorded, asked)
  return isList(recorded) || isList(asked) ? undefined : named(recorded, asked)
}

function* items(recorded: readonly FieldValue[], asked: readonly FieldValue[]): Members {
  for (let index = 0; index < Math.max(recorded.length, asked.length); index++) yield [`[${index}]`, recorded[index], asked[index]]
}

function* named(recorded: Fields, asked: Fields): Members {
  for (const name of new Set([...Object.keys(asked), ...Object.keys(recorded)])) {
    const step = /^[\w$-]+$/.test(name) ? `.${name}` : `[${JSON.stringify(name)}]`
    yield [step, ownMember(recorded, name), ownMember(asked, name)]
  }
}

function ownMember(members: Fields, name: string): FieldValue | undefined {
  return Object.hasOwn(members, name) ? members[name] : undefined
}
