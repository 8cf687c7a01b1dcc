import { type Cassette, CassetteWriter } from '@retake/cassette'
import { createRedactor } from '@retake/redaction'
import { hookedTake } from '../hooks/hooked-take.ts'
import { formsOfSession, TakeKeying } from '../rewriting/take-keys.ts'
import { withProtobuf } from '../protobuf/with-protobuf.ts'
import type { Settings } from '../settings/settings.ts'
import { cleanTake } from './clean-take.ts'
import { knownDraws } from './known-draws.ts'
import { createMask } from './mask.ts'
import { knownPlaceholders, PlaceholderList } from './known-placeholders.ts'
import { redactArguments } from './redact-arguments.ts'
import { redactionRules } from '../settings/redact-settings.ts'

/** What was replaced in one take, or, without a take, in what belongs to its session. */
export interface Scrubbed {
  readonly take: string | undefined
  readonly place: string
  /** By detector. */
  readonly counts: { readonly [detector: string]: number }
}

/**
 * Applies the rules that hold now, and `beforeSave`, to a session that was recorded: what they find is replaced for good.
 * @param cassette One file, whole.
 * @param key Makes placeholders; the same for all files of a cassette, and never stored.
 * @param place Where the file is to be written anew; it takes the old one's place only when it is complete. Nothing is written
 *   where there is none.
 * @throws RetakeError `RETAKE_CASSETTE_CORRUPT`, `RETAKE_CASSETTE_UNWRITABLE`, `RETAKE_HOOK_FAILED`; then the old file is as it was.
 */
export function scrubSession(
  cassette: Cassette,
  settings: Pick<Settings, 'redact' | 'match' | 'beforeSave'>,
  key: Uint8Array,
  place?: string,
): Scrubbed[] {
  const [session] = cassette.sessions
  if (session === undefined) return []
  const { redact, match, beforeSave } = settings
  const listed = knownPlaceholders(cassette, session.header.id)
  const made = new Set<string>()
  let list: PlaceholderList | undefined
  const redactor = withProtobuf(
    createRedactor({
      key,
      rules: redactionRules(redact),
      parts: knownDraws(cassette),
      ...(listed && { isKnown: (text: string) => listed(text) || made.has(text) }),
      onReplaced: (placeholder) => {
        made.add(placeholder)
        list?.add(placeholder)
      },
    }),
    redact.protobuf,
  )
  const mask = createMask(redact)
  const keying = new TakeKeying(mask, formsOfSession(session.header, match))
  const scrubbed: Scrubbed[] = []
  let before = { ...redactor.counts }
  const note = (take: string | undefined, where: string): void => {
    const counts = Object.fromEntries(
      Object.entries(redactor.counts).flatMap(([detector, count]) =>
        count === (before[detector] ?? 0) ? [] : [[detector, count - (before[detector] ?? 0)]],
      ),
    )
    before = { ...redactor.counts }
    if (Object.keys(counts).length > 0) scrubbed.push({ take, place: where, counts })
  }
  const argv = redactArguments(session.header.argv, redactor)
  note(undefined, 'command line')
  const writer = place === undefined ? undefined : CassetteWriter.create(place, { ...session.header, argv })
  try {
    for (const { protocol, target, name, value } of cassette.sessionFacts(session.header.id)) writer?.fact(protocol, target, name, value)
    if (writer !== undefined && listed !== undefined) {
      list = new PlaceholderList(session.header.id, (...fact) => writer.fact(...fact), false)
      for (const placeholder of made) list.add(placeholder)
    }
    for (const { id } of cassette.takes) {
      const clean = cleanTake(cassette.take(id), redactor, (where) => note(id, where))
      const take = beforeSave === undefined ? clean : hookedTake(clean, { hook: beforeSave, name: 'beforeSave' })
      if (take !== clean)
        scrubbed.push({ take: id, place: take === undefined ? 'the whole take' : 'interactions', counts: { beforeSave: 1 } })
      if (take !== undefined) writer?.append(take, keying.ofTake(take))
    }
    const counts = session.counts ?? { takes: session.takes, interactions: {}, draws: 0, dropped: 0 }
    writer?.close(counts)
  } catch (error) {
    writer?.discard()
    throw error
  }
  return scrubbed
}
