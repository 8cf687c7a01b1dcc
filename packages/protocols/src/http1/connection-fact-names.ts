import { sha256 } from '../payload/collected-body.ts'
import { declaredLength } from './call.ts'
import type { RequestHead } from './head.ts'

/**
 * Facts that a virtual server must know before it can ask, because the request is not complete yet. Their names hold a
 * hash instead of the path, which may hold a secret.
 */

/** Whether, and with which bytes, `Expect: 100-continue` was answered: bytes, or `null` when the client did not wait. */
export function continueFact(head: RequestHead): string {
  return `continue ${key(head, '')}`
}

/** Present when a request like this had its outcome settled before its body ended. */
export function unfinishedFact(head: RequestHead): string {
  return `unfinished ${key(head, declaredLength(head))}`
}

function key(head: RequestHead, length: string): string {
  const question = head.target.indexOf('?')
  const path = question === -1 ? head.target : head.target.slice(0, question)
  return sha256(`${head.method} ${path} ${length}`).slice(0, 16)
}
