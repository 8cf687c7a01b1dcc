import type { Buffer } from 'node:buffer'
import type { RetakeError } from '@retake/core'
import { backend, errorMessage } from './backend-messages.ts'

/**
 * SQLSTATE of a call that was not recorded. PostgreSQL has no class RT, so that no driver or ORM takes it for something
 * that it knows how to handle.
 */
const missState = 'RT001'

/** A miss as the client's library shows errors: what, why, and what to do as message, detail and hint. */
export function missMessage(error: RetakeError): Buffer {
  const [what = '', ...rest] = error.message.split('\n')
  const remedies = rest.filter((line) => line.trimStart().startsWith('→'))
  const detail = rest.filter((line) => !remedies.includes(line))
  const fields = new Map([
    ['S', 'ERROR'],
    ['V', 'ERROR'],
    ['C', missState],
    ['M', what],
  ])
  if (detail.length > 0) fields.set('D', detail.join('\n'))
  if (remedies.length > 0) fields.set('H', remedies.map((line) => line.trim()).join('\n'))
  fields.set('R', error.code)
  return errorMessage(backend.error, fields)
}

/** What PostgreSQL says to every statement in a transaction that has failed. */
export function abortedMessage(): Buffer {
  return errorMessage(
    backend.error,
    new Map([
      ['S', 'ERROR'],
      ['V', 'ERROR'],
      ['C', '25P02'],
      ['M', 'current transaction is aborted, commands ignored until end of transaction block'],
    ]),
  )
}

/** Bytes that are no message: a server says this and closes. */
export function violationMessage(reason: string): Buffer {
  return errorMessage(
    backend.error,
    new Map([
      ['S', 'FATAL'],
      ['V', 'FATAL'],
      ['C', '08P01'],
      ['M', `invalid message: ${reason}`],
    ]),
  )
}
