import type { Call, FieldValue } from '@retake/core'
import { RetakeError } from '@retake/core'
import { createRequire } from 'node:module'
import type { Packr } from 'msgpackr'

let loaded: Packr | undefined

/**
 * Values that pass through `seam()` keep their types: dates, maps, sets, errors, bigints, bytes, cycles. Loaded when the
 * first seam is used: most processes have none, and looking for its native part costs 13 ms.
 */
export function packr(): Packr {
  if (loaded === undefined) {
    const { Packr } = createRequire(import.meta.url)('msgpackr') as typeof import('msgpackr')
    loaded = new Packr({ structuredClone: true, moreTypes: true, useRecords: false } as ConstructorParameters<typeof Packr>[0])
  }
  return loaded
}

/** Deeper than this a value is not described field by field. */
const describedDepth = 32

/**
 * @param name Of the seam, for the message.
 * @throws RetakeError `RETAKE_SEAM_UNSERIALIZABLE` for functions, symbols, proxies and other things that are no data.
 */
export function packSeamValue(value: unknown, name: string): Buffer {
  try {
    return packr().pack(structuredClone(value))
  } catch (cause) {
    const what = `seam ${JSON.stringify(name)}: ${cause instanceof Error ? cause.message : String(cause)}`
    throw new RetakeError('RETAKE_SEAM_UNSERIALIZABLE', what, { cause, details: { seam: name } })
  }
}

export function unpackSeamValue(bytes: Uint8Array): unknown {
  return packr().unpack(bytes)
}

/** The arguments of a seam as fields, so that a miss can say which one differs. */
function describeSeamValue(value: unknown, depth = 0): FieldValue {
  if (value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value
  if (value === undefined) return { '#undefined': true }
  if (typeof value === 'bigint') return { '#bigint': value.toString() }
  if (value instanceof Uint8Array) return value
  if (depth > describedDepth || typeof value !== 'object') return { '#opaque': typeof value }
  if (Array.isArray(value)) return value.map((member) => describeSeamValue(member, depth + 1))
  if (value instanceof Date) return { '#date': value.getTime() }
  if (value instanceof Map) return { '#map': [...value].map((entry) => describeSeamValue(entry, depth + 1)) }
  if (value instanceof Set) return { '#set': [...value].map((member) => describeSeamValue(member, depth + 1)) }
  if (value instanceof Error) return { '#error': value.name, message: value.message }
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, describeSeamValue(member, depth + 1)]))
}

/** A call through `seam()`, from its packed arguments. */
export function seamCall(name: string, packedArguments: Uint8Array): Call {
  const described = describeSeamValue(unpackSeamValue(packedArguments))
  return { protocol: 'seam', target: name, label: `seam ${name}`, effect: 'write', fields: { name, arguments: described } }
}
