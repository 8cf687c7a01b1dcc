import { primordials, type TransportError } from '@retake/core'
import { eventKinds, seamFlags } from '../ring/ring-layout.ts'
import type { RingWriter } from '../ring/ring-writer.ts'
import { packSeamValue } from '../seam-value.ts'

const now = primordials.performanceNow

/** One call through `seam()`. */
export interface SeamCall {
  readonly name: string
  readonly args: readonly unknown[]
  /** Of the call within the session. */
  readonly number: number
  readonly take: number
}

/** Makes the call for real, and tells it with its arguments and its outcome. */
export function recordSeam(ring: RingWriter, { name, args, number, take }: SeamCall, call: () => unknown): unknown {
  const label = Buffer.from(name)
  ring.bytes(eventKinds.seamBegin, take, number, label.length, now(), Buffer.concat([label, packSeamValue(args, name)]))
  const returned = (value: unknown, flags: number): void =>
    ring.bytes(eventKinds.seamEnd, take, number, flags, now(), packSeamValue(value, name))
  const threw = (error: unknown, flags: number): void =>
    ring.text(eventKinds.seamEnd, take, number, flags | seamFlags.thrown, now(), JSON.stringify(thrownError(error)), 'utf8')
  let result: unknown
  try {
    result = call()
  } catch (error) {
    threw(error, seamFlags.synchronous)
    throw error
  }
  if (!isPromise(result)) {
    returned(result, seamFlags.synchronous)
    return result
  }
  return result.then(
    (value) => {
      ring.delivered()
      returned(value, 0)
      return value
    },
    (error: unknown) => {
      ring.delivered()
      threw(error, 0)
      throw error
    },
  )
}

function isPromise(value: unknown): value is Promise<unknown> {
  return typeof (value as { then?: unknown } | null | undefined)?.then === 'function'
}

/** What of a thrown value is kept: enough to throw an equal one. */
function thrownError(error: unknown): TransportError & { readonly name?: string; readonly stack?: string } {
  if (!(error instanceof Error)) return { code: '', message: String(error), name: '#value' }
  const { code } = error as { code?: unknown }
  const extra = Object.fromEntries(Object.entries(error).filter(([, value]) => ['string', 'number', 'boolean'].includes(typeof value)))
  return {
    code: typeof code === 'string' ? code : '',
    message: error.message,
    name: error.name,
    ...(error.stack === undefined ? {} : { stack: error.stack }),
    ...(Object.keys(extra).length === 0 ? {} : { extra }),
  }
}
