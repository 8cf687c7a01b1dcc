import type { Call, FieldValue } from '@retake/core'
import type { LookupCall } from '@retake/transport'

/** A connection that could not be made. `after` tells a first refusal from one after calls that went through. */
export function connectCall(target: string, after: number): Call {
  return { protocol: 'connect', target, label: `connect to ${target}`, effect: 'session', fields: { target, after } }
}

/** A look-up by name. */
export function lookupCall(call: LookupCall): Call {
  const subject = typeof call.args[0] === 'string' ? call.args[0] : ''
  return {
    protocol: 'dns',
    target: subject,
    label: `dns ${call.method} ${subject}`,
    effect: 'read',
    fields: { method: call.method, args: call.args as FieldValue },
  }
}
