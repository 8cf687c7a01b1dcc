import type { Socket } from 'node:net'
import { type PatchRegistry, type Scope, scopes, type Target } from '@retake/core'
import { earOf, setEar, socketPrototype } from './ear.ts'
import { withinNet } from './lookups.ts'
import { type ConnectOptions, dressedAs, type NormalizedConnectArguments, normalizeConnectArguments, tls } from './natives.ts'
import type { OwnListeners } from './own-listeners.ts'
import { hearOwnRequests } from './own-requests.ts'
import type { Seam } from './seam.ts'
import { internals } from './socket-internals.ts'
import { tapOf, tapSocket } from './tap.ts'
import { connectVirtually } from './virtual-socket.ts'
import { planTlsConnect } from './virtual-tls.ts'

/** What becomes of a connection. */
type Plan =
  /** As if we were not there. */
  | { readonly kind: 'leave' }
  /** To a server of this process; `port` where it listens at another one than it asked for. */
  | { readonly kind: 'own'; readonly port?: number }
  | { readonly kind: 'tap' | 'virtual'; readonly target: Target; readonly scope: Scope | undefined }
  | {
      readonly kind: 'blocked'
      readonly target: Target
      readonly scope: Scope | undefined
      readonly error: Error
    }

const leave: Plan = { kind: 'leave' }

/** The port as a number; `undefined` for what Node will refuse. */
function portOf(port: unknown): number | undefined {
  if (typeof port !== 'number' && (typeof port !== 'string' || port.trim() === '')) return undefined
  const number = Number(port)
  return Number.isInteger(number) && number >= 0 && number <= 65535 ? number : undefined
}

/** @returns `undefined` for arguments that Node will refuse by throwing. */
function targetOf(options: ConnectOptions, secure: boolean): Target | undefined {
  // The http agent names one for plain connections too.
  const servername =
    secure && typeof options.servername === 'string' && options.servername !== '' ? { servername: options.servername } : undefined
  if (options.path) {
    return typeof options.path === 'string' ? { host: undefined, port: undefined, path: options.path, secure, ...servername } : undefined
  }
  const port = portOf(options.port)
  if (port === undefined) return undefined
  const host = typeof options.host === 'string' && options.host !== '' ? options.host : 'localhost'
  return { host, port, path: undefined, secure, ...servername }
}

/**
 * Patches the one place that every client passes, whatever it imported and when, and through which each connection is
 * asked for once.
 */
export function routeConnections(patches: PatchRegistry, seam: Seam, own: OwnListeners): void {
  const native = socketPrototype.connect as unknown as (this: Socket, ...args: unknown[]) => Socket
  let lastConnection = 0
  let decided: Plan | undefined

  function decide(options: ConnectOptions, secure: boolean): Plan {
    const target = targetOf(options, secure)
    if (target === undefined) return leave
    if (target.path !== undefined) {
      if (own.hasPath(target.path)) return { kind: 'own' }
    } else {
      const port = own.portFor(target.host as string, target.port as number)
      if (port !== undefined) return port === target.port ? { kind: 'own' } : { kind: 'own', port }
    }
    const scope = scopes.getStore()
    const route = seam.route(target, scope)
    if (typeof route === 'object') return { kind: 'blocked', target, scope, error: route.blocked }
    if (route === 'leave' || (route === 'tap' && seam.taps === undefined)) return leave
    return { kind: route, target, scope }
  }

  function connect(this: Socket, ...args: unknown[]): Socket {
    const normalized = normalizeConnectArguments(args)
    // A base socket that connects already: nothing new is opened, and Node only adds the listener.
    if (internals(this)._parent?.connecting === true) return native.call(this, normalized)
    const plan = decided ?? decide(normalized[0], this instanceof tls.TLSSocket)
    decided = undefined
    switch (plan.kind) {
      case 'leave':
        // One that connects again still has the ear of its last connection.
        if (earOf(this) !== undefined) setEar(this, undefined)
        return withinNet(() => native.call(this, normalized))
      case 'own':
        hearOwnRequests(this)
        return withinNet(() => native.call(this, plan.port === undefined ? normalized : withPort(normalized, plan.port)))
      case 'tap': {
        tapSocket(this, seam.taps as NonNullable<Seam['taps']>, ++lastConnection, plan.target, plan.scope)
        try {
          return withinNet(() => native.call(this, normalized))
        } catch (error) {
          tapOf(this)?.destroyed(this, null)
          throw error
        }
      }
      default: {
        const connection = connectVirtually(this, normalized, plan.target)
        if (plan.kind === 'blocked') connection.fail(plan.error)
        else if (seam.serve !== undefined) connection.attach(seam.serve(plan.target, connection, plan.scope))
        return this
      }
    }
  }

  patches.replace(socketPrototype, 'connect', dressedAs(connect, native))

  if (seam.serve === undefined) return
  planTlsConnect(patches, (options) => {
    const plan = decide(options, true)
    return {
      isVirtual: plan.kind === 'virtual' || plan.kind === 'blocked',
      carry(run) {
        decided = plan
        try {
          return run()
        } finally {
          decided = undefined
        }
      },
    }
  })
}

/** The same arguments with another port. Node marks arguments that it has normalized by a symbol on the array. */
function withPort(normalized: NormalizedConnectArguments, port: number): NormalizedConnectArguments {
  const changed: NormalizedConnectArguments = [{ ...normalized[0], port }, normalized[1]]
  for (const mark of Object.getOwnPropertySymbols(normalized)) Reflect.set(changed, mark, Reflect.get(normalized, mark))
  return changed
}
