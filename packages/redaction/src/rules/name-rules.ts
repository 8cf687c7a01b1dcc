import type { FieldPlace } from '@retake/core'
import { isTellingName, isWeakName, wordsOf } from '../telling-name.ts'
import type { RedactionRules, Verdict } from './redaction-rules.ts'

const remembered = 10_000
const secret: Verdict = { kind: 'secret' }
const random: Verdict = { kind: 'random' }
const plain: Verdict = { kind: 'plain' }
/** Remembered of names that say nothing. */
const nothing: Verdict = { kind: 'plain' }

/** Query parameters that sign their URL: whoever has it gets in. */
const signatures = new Set(['sig', 'signature', 'hmac', 'xamzsignature', 'xgoogsignature', 'xamzcredential', 'xgoogcredential'])

/** What names say about their values: the user's rules first, then the default ones. Remembers what it was asked. */
export class NameRules {
  readonly #rules: ReadonlyMap<string, readonly { readonly place: FieldPlace | undefined; readonly verdict: Verdict }[]>
  readonly #allowed: ReadonlySet<string>
  readonly #known: { readonly [place in FieldPlace]: Map<string, Verdict> } = {
    header: new Map(),
    column: new Map(),
    query: new Map(),
    field: new Map(),
  }

  constructor({ secret: rules = [], allow = [] }: RedactionRules) {
    const byName = new Map<string, { readonly place: FieldPlace | undefined; readonly verdict: Verdict }[]>()
    for (const rule of rules) {
      if (rule.kind !== 'name') continue
      const verdict: Verdict = rule.with === undefined ? secret : { kind: 'secret', with: rule.with }
      const key = nameKey(rule.name)
      byName.set(key, [...(byName.get(key) ?? []), { place: rule.place, verdict }])
    }
    this.#rules = byName
    this.#allowed = new Set(allow.flatMap((rule) => (rule.kind === 'name' ? [nameKey(rule.name)] : [])))
  }

  /** @returns `undefined` for a name that says nothing. */
  verdict(name: string, place: FieldPlace): Verdict | undefined {
    const known = this.#known[place]
    let verdict = known.get(name)
    if (verdict !== undefined) return verdict === nothing ? undefined : verdict
    verdict = this.#decide(name, place) ?? nothing
    if (known.size >= remembered) known.clear()
    if (name.length <= 256) known.set(name, verdict)
    return verdict === nothing ? undefined : verdict
  }

  #decide(name: string, place: FieldPlace): Verdict | undefined {
    const key = nameKey(name)
    const rule = this.#rules.get(key)?.find((candidate) => candidate.place === undefined || candidate.place === place)
    if (rule !== undefined) return rule.verdict
    if (this.#allowed.has(key)) return plain
    if (isTellingName(name) || (place === 'query' && signatures.has(key))) return secret
    return isWeakName(name) ? random : undefined
  }
}

/** The same for all spellings of a name. */
function nameKey(name: string): string {
  return wordsOf(name).join('')
}
