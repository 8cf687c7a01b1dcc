import { ProblemError } from './problem-error.js'

/** Where a list goes on, as a text that clients need not understand. */
export function encodeCursor(place) {
  return Buffer.from(JSON.stringify(place)).toString('base64url')
}

export function decodeCursor(text) {
  try {
    return JSON.parse(Buffer.from(text, 'base64url').toString())
  } catch {
    throw new ProblemError(400, 'bad cursor', 'after is not a cursor of ours')
  }
}
