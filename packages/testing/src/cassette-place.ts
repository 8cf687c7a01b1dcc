import path from 'node:path'
import { RetakeError } from '@retake/core'

/**
 * File of a cassette.
 * @param name Path below the directory, without extension: `orders/create`.
 * @throws RetakeError `RETAKE_USAGE` for a name that leads out of the directory.
 */
export function cassettePlace(directory: string, name: string): string {
  const parts = name.split(/[/\\]/).map(fileName)
  if (name === '' || parts.includes('..') || parts.includes('.') || parts.includes('') || path.isAbsolute(name)) {
    throw new RetakeError('RETAKE_USAGE', `${JSON.stringify(name)} is no name for a cassette.`, {
      remedy: 'A name is a relative path without extension, such as orders/create.',
    })
  }
  return path.resolve(directory, `${path.join(...parts)}.retake`)
}

/** Characters that some file system refuses, and control characters, become hyphens: names come from test titles. */
function fileName(part: string): string {
  return part
    .replace(/[\p{Cc}<>:"|?*]/gu, '-')
    .trim()
    .slice(0, 120)
}
