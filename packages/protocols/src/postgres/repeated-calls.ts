import { Buffer } from 'node:buffer'
import { type Call, Recent } from '@retake/core'
import { executeCall, givenTypes, queryCall } from './call.ts'
import type { BoundPortal } from './prepared.ts'

/** An application asks the same few things: whoever knows a call by its identity need not look at it again. */
const remembered = new Recent<string, Call>(1000)
/** Characters of a key; longer calls are made each time. */
const longest = 4096

/** {@link queryCall}; the same object for the same call, where it was made lately. */
export function repeatedQuery(target: string, sql: string): Call {
  return sql.length > longest ? queryCall(target, sql) : repeated(`${target}\0q${sql}`, () => queryCall(target, sql))
}

/** {@link executeCall}; the same object for the same call, where it was made lately. */
export function repeatedExecute(target: string, portal: BoundPortal, part: number): Call {
  const { statement, values, formats, resultFormats } = portal
  let length = statement.sql.length
  for (const value of values) length += value?.length ?? 0
  if (length > longest) return executeCall(target, portal, part)
  const types = givenTypes(statement.types)?.join() ?? ''
  // Neither a target nor SQL or a name has a NUL in it, and of what may have one the length stands before it.
  let key = `${target}\0${statement.known ? `s${statement.sql}` : `p${statement.name}`}\0${types}\0${resultFormats.join()}\0${part}`
  for (let index = 0; index < values.length; index++) {
    const value = values[index] as Buffer | null
    key += value === null ? '\0n' : `\0${formats[index] ?? 0}:${value.length}:${value.toString('latin1')}`
  }
  return repeated(key, () => executeCall(target, portal, part))
}

function repeated(key: string, make: () => Call): Call {
  const known = remembered.get(key)
  if (known !== undefined) return known
  const made = make()
  remembered.set(key, made)
  return made
}
