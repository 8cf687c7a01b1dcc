import { RetakeError } from '@retake/core'
import { openCassette, type Cassette } from '@retake/cassette'
import { absolutePlace } from '../app/app-environment.ts'
import type { Surroundings } from '../surroundings.ts'

/**
 * Opens a cassette and says on standard error what of it was lost.
 * @throws RetakeError `RETAKE_CASSETTE_*`.
 */
export function openedCassette(place: string, { stderr, workingDirectory }: Surroundings): Cassette {
  const cassette = openCassette(absolutePlace(place, workingDirectory))
  for (const warning of cassette.warnings) stderr.write(`retake: ${warning}\n`)
  return cassette
}

/**
 * What is not there any more cannot fail: a replay of the rest would pass for the wrong reason.
 * @throws RetakeError `RETAKE_CASSETTE_CORRUPT` when a file has lost its end after it was finished.
 */
export function requireWhole({ sessions }: Cassette): void {
  const cut = sessions.find(({ isCutShort }) => isCutShort)
  if (cut === undefined) return
  throw new RetakeError('RETAKE_CASSETTE_CORRUPT', `${cut.file} breaks off: it was cut short after it was written.`, {
    details: { file: cut.file },
    remedy: 'Restore the file from version control, or record it again. Named ….retake.partial, it is replayed as far as it goes.',
  })
}

/**
 * The take that a person means by an id or the beginning of one.
 * @throws RetakeError `RETAKE_TAKE_UNKNOWN` when there is none, or more than one.
 */
export function knownTakeId(ids: readonly string[], meant: string, place: string): string {
  if (ids.includes(meant)) return meant
  const candidates = ids.filter((id) => id.startsWith(meant))
  if (candidates.length === 1 && candidates[0] !== undefined) return candidates[0]
  const what =
    candidates.length === 0 ? `There is no take ${meant} in ${place}.` : `${candidates.length} takes of ${place} begin with ${meant}.`
  throw new RetakeError('RETAKE_TAKE_UNKNOWN', what, { details: { take: meant, candidates: candidates.slice(0, 10) } })
}
