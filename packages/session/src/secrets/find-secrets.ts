import type { Cassette } from '@retake/cassette'
import type { FieldRedactor, FieldValue } from '@retake/core'
import { createRedactor, type IsKnown, type Redactor } from '@retake/redaction'
import { withProtobuf } from '../protobuf/with-protobuf.ts'
import type { Settings } from '../settings/settings.ts'
import { cleanTake } from './clean-take.ts'
import { knownDraws, readable } from './known-draws.ts'
import { knownPlaceholders, placeholderFacts, placeholderTest } from './known-placeholders.ts'
import { redactArguments } from './redact-arguments.ts'
import { redactionRules } from '../settings/redact-settings.ts'
import { sealedFacts } from './sealing.ts'

/** Something in a cassette that looks like a secret and is no placeholder. What it is is never told. */
export interface FoundSecrets {
  /** Id of the session. */
  readonly session: string
  /** Id of the take; `undefined` for what belongs to the session. */
  readonly take: string | undefined
  /** `request`, `response`, `call 3 GET http://…`, `spans`, `command line`, `fact …`. */
  readonly place: string
  /** What found it: `name`, `jwt`, `key-github`, … */
  readonly detector: string
  readonly count: number
}

/** Takes the place of a secret while it is looked for; of the kind that a number can be replaced by. */
const found = '0'

/** Looks through everything in a cassette, with the rules that would redact it now. Damaged takes are left out. */
export function* secretsIn(cassette: Cassette, redact: Settings['redact']): Generator<FoundSecrets> {
  const parts = knownDraws(cassette)
  const finders = new Map<string, { readonly redactor: Redactor; before: Redactor['counts'] }>()
  for (const { header } of cassette.sessions) {
    const isPlaceholder = placeholderTest(knownPlaceholders(cassette, header.id))
    const redactor = withProtobuf(
      createRedactor({
        rules: redactionRules(redact),
        substitute: (text) => (isHidden(text, parts, isPlaceholder) ? text : found),
      }),
      redact.protobuf,
    )
    finders.set(header.id, { redactor, before: {} })
  }
  const news = (session: string, take: string | undefined, place: string): FoundSecrets[] => {
    const finder = finders.get(session)
    if (finder === undefined) return []
    const { redactor, before } = finder
    const changed = Object.entries(redactor.counts).filter(([detector, count]) => count !== (before[detector] ?? 0))
    finder.before = { ...redactor.counts }
    return changed.map(([detector, count]) => ({ session, take, place, detector, count: count - (before[detector] ?? 0) }))
  }
  for (const { header } of cassette.sessions) {
    const redactor = finders.get(header.id)?.redactor
    if (redactor === undefined) continue
    redactArguments(header.argv, redactor)
    yield* news(header.id, undefined, 'command line')
    for (const { protocol, target, name, value } of cassette.sessionFacts(header.id)) {
      if (protocol === sealedFacts || protocol === placeholderFacts) continue
      lookThrough(value, redactor)
      yield* news(header.id, undefined, `fact ${protocol} ${target} ${name}`)
    }
  }
  for (const { id, sessionId } of cassette.takes) {
    const take = readable(() => cassette.take(id))
    const redactor = finders.get(sessionId)?.redactor
    if (take === undefined || redactor === undefined) continue
    const places: FoundSecrets[] = []
    cleanTake(take, redactor, (place) => places.push(...news(sessionId, id, place)))
    yield* places
  }
}

/** A placeholder, or made of what the log of draws shows anyway. */
function isHidden(text: string, partsOf: ReturnType<typeof knownDraws>, isPlaceholder: IsKnown): boolean {
  if (isPlaceholder(text)) return true
  const parts = partsOf(text)
  return (
    parts !== undefined &&
    parts.every((part) => part.isReplaced || isPlaceholder(part.text) || /^[\W_]*$|^[a-z]\w{0,11}[_:.-]$/i.test(part.text))
  )
}

function lookThrough(value: FieldValue, redactor: FieldRedactor): void {
  if (typeof value === 'string') redactor.text(value)
  else if (value instanceof Uint8Array) redactor.body(value, undefined)
  else if (Array.isArray(value)) for (const member of value) lookThrough(member as FieldValue, redactor)
  else if (typeof value === 'object' && value !== null) {
    for (const [name, member] of Object.entries(value)) {
      if (typeof member === 'string') redactor.named(name, member)
      else lookThrough(member as FieldValue, redactor)
    }
  }
}
