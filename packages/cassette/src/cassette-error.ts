import { RetakeError } from '@retake/core'
import { Malformed } from './encoding/malformed.ts'

/** A damaged place in a cassette: which file, which byte, and what is wrong with it. */
export function corrupt(file: string, offset: number, what: string, cause?: unknown): RetakeError {
  return new RetakeError('RETAKE_CASSETTE_CORRUPT', `${file} is damaged at byte ${offset}: ${what}.`, { details: { file, offset }, cause })
}

/** A file that is something else. */
export function foreign(file: string, what: string): RetakeError {
  return new RetakeError('RETAKE_CASSETTE_FOREIGN', `${file} is not a cassette: ${what}.`, { details: { file } })
}

/** A file that a newer release wrote. */
export function newer(file: string, what: string): RetakeError {
  return new RetakeError('RETAKE_CASSETTE_VERSION', `${file} ${what}; this release reads format 1.`, {
    details: { file },
    remedy: 'Install the release that wrote it or a later one: npm install --save-dev retake@latest',
  })
}

export function missing(place: string, what: string): RetakeError {
  return new RetakeError('RETAKE_CASSETTE_MISSING', `${place} ${what}.`, { details: { place } })
}

/** The store refused to write. What was written before stays and can be read. */
export function unwritable(file: string, what: string, cause: unknown): RetakeError {
  const code = (cause as NodeJS.ErrnoException | undefined)?.code
  return new RetakeError(
    'RETAKE_CASSETTE_UNWRITABLE',
    `${file} ${what}${code === undefined ? '' : ` (${code})`}. What was written before is kept.`,
    {
      details: { file, ...(code === undefined ? {} : { errno: code }) },
      cause,
    },
  )
}

/** Runs `read`, and names file and offset when the content does not follow the format. */
export function readingAt<T>(file: string, offset: number, read: () => T): T {
  try {
    return read()
  } catch (error) {
    if (error instanceof Malformed) throw corrupt(file, offset, error.message, error)
    throw error
  }
}
