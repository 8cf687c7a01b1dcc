import { AsyncResource } from 'node:async_hooks'
import { type PatchRegistry, primordials, type Scope, scopes } from '@retake/core'
import { dns, dressedAs, net } from './natives.ts'
import type { LookupCall, LookupOutcome, Seam } from './seam.ts'
import { describeError, reviveError } from './transport-errors.ts'

type Lookups = NonNullable<Seam['lookups']>
type LookupFunction = (this: unknown, ...args: unknown[]) => unknown
type LookupCallback = (this: unknown, error: Error | null, ...values: unknown[]) => void

/** The methods, as far as this Node has them (`resolveTlsa` came with 22.15). */
const methods: readonly string[] = (
  'lookup lookupService resolve resolve4 resolve6 resolveAny resolveCaa resolveCname resolveMx resolveNaptr ' +
  'resolveNs resolvePtr resolveSoa resolveSrv resolveTlsa resolveTxt reverse'
).split(' ')

let depthWithinNet = 0

/** Look-ups that `net` itself makes within `run` belong to the connection: they are neither reported nor answered. */
export function withinNet<T>(run: () => T): T {
  depthWithinNet++
  try {
    return run()
  } finally {
    depthWithinNet--
  }
}

/** Whether Node itself settles the call, by throwing or without asking anybody. */
function needsNobody(method: string, args: readonly unknown[]): boolean {
  const [name] = args
  return depthWithinNet > 0 || typeof name !== 'string' || (method === 'lookup' && (name === '' || net.isIP(name) !== 0))
}

/** What a promise form resolved with, as the values of the callback form. */
function valuesOf(method: string, result: unknown): readonly unknown[] {
  if (method === 'lookup' && !Array.isArray(result)) {
    const { address, family } = result as { address: string; family: number }
    return [address, family]
  }
  if (method === 'lookupService') {
    const { hostname, service } = result as { hostname: string; service: string }
    return [hostname, service]
  }
  return [result]
}

/** The other way round. */
function resultOf(method: string, values: readonly unknown[]): unknown {
  if (method === 'lookup' && !Array.isArray(values[0])) return { address: values[0], family: values[1] }
  if (method === 'lookupService') return { hostname: values[0], service: values[1] }
  return values[0]
}

/** Whether a look-up of this scope is answered rather than made. */
function answers(lookups: Lookups, scope: Scope | undefined): boolean {
  return lookups.answer !== undefined && lookups.answers?.(scope) !== false
}

/**
 * Asks for an answer; `settle` runs in the caller's async context, never before the caller has returned.
 */
function ask(lookups: Lookups, call: LookupCall, scope: Scope | undefined, settle: (outcome: LookupOutcome) => void): void {
  const resource = new AsyncResource('RETAKE_LOOKUP', { requireManualDestroy: true })
  const run = (outcome: LookupOutcome): void => resource.runInAsyncScope(settle, undefined, outcome)
  let returned = false
  lookups.answer?.(call, scope, (outcome) => {
    if (returned) run(outcome)
    else primordials.setImmediate(run, outcome)
  })
  returned = true
}

function withCallback(method: string, native: LookupFunction, lookups: Lookups): LookupFunction {
  function lookup(this: unknown, ...args: unknown[]): unknown {
    const callback = args.at(-1)
    if (typeof callback !== 'function' || needsNobody(method, args)) return native.apply(this, args)
    const scope = scopes.getStore()
    const call: LookupCall = { method, args: args.slice(0, -1) }
    if (answers(lookups, scope)) {
      const request = {}
      ask(lookups, call, scope, (outcome) => {
        if ('error' in outcome) (callback as LookupCallback).call(request, reviveError(outcome.error))
        else (callback as LookupCallback).call(request, null, ...outcome.values)
      })
      return request
    }
    const observed = lookups.observe?.(call, scope)
    if (observed === undefined) return native.apply(this, args)
    args[args.length - 1] = function observing(this: unknown, error: Error | null, ...values: unknown[]): void {
      observed(error === null || error === undefined ? { values } : { error: describeError(error) })
      ;(callback as LookupCallback).call(this, error, ...values)
    }
    return native.apply(this, args)
  }
  return dressedAs(lookup, native)
}

function withPromise(method: string, native: LookupFunction, lookups: Lookups): LookupFunction {
  function lookup(this: unknown, ...args: unknown[]): unknown {
    if (needsNobody(method, args)) return native.apply(this, args)
    const scope = scopes.getStore()
    const call: LookupCall = { method, args }
    if (answers(lookups, scope)) {
      return new Promise((resolve, reject) => {
        ask(lookups, call, scope, (outcome) => {
          if ('error' in outcome) reject(reviveError(outcome.error))
          else resolve(resultOf(method, outcome.values))
        })
      })
    }
    const observed = lookups.observe?.(call, scope)
    if (observed === undefined) return native.apply(this, args)
    // A derived promise: a handler on the native one would count as the app's, and hide a rejection that nobody handles.
    return (native.apply(this, args) as Promise<unknown>).then(
      (result) => {
        observed({ values: valuesOf(method, result) })
        return result
      },
      (error: Error) => {
        observed({ error: describeError(error) })
        throw error
      },
    )
  }
  return dressedAs(lookup, native)
}

/** Look-ups by name: `dns`, `dns.promises`, and the Resolvers of both. */
export function hearLookups(patches: PatchRegistry, lookups: Lookups): void {
  const owners = [
    { owner: dns, wrap: withCallback },
    { owner: dns.Resolver.prototype, wrap: withCallback },
    { owner: dns.promises, wrap: withPromise },
    { owner: dns.promises.Resolver.prototype, wrap: withPromise },
  ]
  for (const { owner, wrap } of owners) {
    const functions = owner as unknown as { [method: string]: LookupFunction | undefined }
    for (const method of methods) {
      const native = functions[method]
      if (native !== undefined) patches.replace(owner, method, wrap(method, native, lookups))
    }
  }
}
