import { type Cassette, type CassetteSession, CassetteWriter } from '@retake/cassette'
import { RetakeError, type Take } from '@retake/core'
import { createMask } from '../secrets/mask.ts'
import type { Settings } from '../settings/settings.ts'
import { formsOfSession, TakeKeying } from './take-keys.ts'

/** How a cassette is written anew. */
export interface Rewriting {
  /** Where a session's file goes: a `.retake` file or a directory. The default is its own, which is replaced at the end. */
  readonly into?: (session: CassetteSession) => string
  /** What a take shall be; the same instance when nothing of it changes. */
  readonly take: (take: Take) => Take
  readonly settings: Pick<Settings, 'redact' | 'match'>
}

/**
 * Writes every session of a cassette anew, with other takes. Nothing is replaced before everything is written.
 * @returns Ids of the takes that changed.
 * @throws RetakeError `RETAKE_USAGE` when a session is not finished, `RETAKE_CASSETTE_UNWRITABLE`.
 */
export function rewriteCassette(cassette: Cassette, { into = ({ file }) => file, take: other, settings }: Rewriting): readonly string[] {
  const mask = createMask(settings.redact)
  const changed: string[] = []
  const writers: { readonly writer: CassetteWriter; readonly session: CassetteSession }[] = []
  try {
    for (const session of cassette.sessions) {
      const { header, counts, file } = session
      if (counts === undefined) {
        throw new RetakeError('RETAKE_USAGE', `${file} was not finished: it cannot be written anew.`, {
          remedy: 'End the process that records it, or remove it.',
        })
      }
      const writer = CassetteWriter.create(into(session), header)
      writers.push({ writer, session })
      for (const { protocol, target, name, value } of cassette.sessionFacts(header.id)) writer.fact(protocol, target, name, value)
      const keying = new TakeKeying(mask, formsOfSession(header, settings.match))
      for (const { id, sessionId } of cassette.takes) {
        if (sessionId !== header.id) continue
        const before = cassette.take(id)
        const take = other(before)
        if (take !== before) changed.push(id)
        writer.append(take, keying.ofTake(take))
      }
      writer.flush()
    }
  } catch (error) {
    for (const { writer } of writers) writer.discard()
    throw error
  }
  for (const { writer, session } of writers) writer.close(session.counts ?? nothing)
  return changed
}

const nothing = { takes: 0, interactions: {}, draws: 0, dropped: 0 }
