import { scopes, type PatchRegistry, type Scope } from '@retake/core'
import { Stamped } from '../stamp.ts'
import { bindCallback, callIn, hearEvents, runIn, runMuted, type Carrier } from './carrier.ts'

/** A pg query, cursor or stream: whatever has been handed to `client.query`. */
interface Submittable {
  submit(connection: unknown): unknown
  handleError(error: unknown, connection: unknown): unknown
  listenerCount?(event: string): number
  /** Fetches so many rows at a time. */
  readonly rows?: number
}

/** The members of pg's Client that queue and dispatch, from 8.0 to 8.23; OpenTelemetry wraps `query` and `connect`. */
interface Client {
  readonly readyForQuery?: boolean
  readonly pipeline?: boolean
  readonly _queryQueue?: readonly Submittable[]
  /** Sent in pipeline mode, and not answered. */
  readonly _sentQueryQueue?: readonly Submittable[]
  readonly queryQueue: readonly Submittable[]
  readonly _activeQuery?: Submittable | null
  readonly activeQuery: Submittable | null
  _pulseQueryQueue(): void
  _connect(callback: unknown): unknown
  _errorAllQueries?(error: unknown): void
  end(callback?: unknown): unknown
}
type Handler = (this: Client, message: unknown) => unknown

/** What is known of a query. */
class KnownQuery extends Stamped {
  #caller: Scope | null
  #plain: boolean | undefined
  /** @param caller The scope in which it was handed over; `null` outside any. */
  constructor(query: object, caller: Scope | null) {
    super(query)
    this.#caller = caller
    this.#plain = undefined
  }
  static isKnown(query: object): boolean {
    return #caller in query
  }
  /** @returns `undefined` for one that was handed over before the carrier was there. */
  static callerOf(query: object): Scope | null | undefined {
    return #caller in query ? query.#caller : undefined
  }
  /**
   * It collects its rows by itself, and calls back when it is done: most queries, and not worth a scope for every message.
   * What was plain at its first message stays so: listeners are added where a query is made.
   */
  static isPlain(query: Submittable): boolean {
    if (!(#plain in query)) return isPlain(query)
    return (query.#plain ??= isPlain(query))
  }
}

/** Ends of a query: call the app back, and go on with the next one. */
const dispatchingEnds = ['_handleReadyForQuery', '_handleErrorMessage']
/** What calls an app back, or writes again, only for cursors, streams, and queries with listeners or a `rows` limit. */
const dispatchingSteps = [
  '_handleCommandComplete',
  '_handlePortalSuspended',
  '_handleEmptyQuery',
  '_handleCopyInResponse',
  '_handleRowDescription',
  '_handleDataRow',
  '_handleCopyData',
]

// `queryQueue` and `activeQuery` became deprecated getters in 8.16, which warn when they are read.
const queueOf = (client: Client): readonly Submittable[] => client._queryQueue ?? client.queryQueue
const activeOf = (client: Client): Submittable | null | undefined => ('_activeQuery' in client ? client._activeQuery : client.activeQuery)

/**
 * pg's Client sends the next query when the server has finished the one before: in the async context of the socket, which
 * is that of whoever connected. `query` pushes to the queue and pulses it at once, so the caller's scope is known there.
 */
export const pgCarrier: Carrier = {
  driver: 'pg',
  versions: ['>=8.0.3 <9'],
  files: [
    {
      path: 'pg/lib/client.js',
      patch(exports, patches) {
        patchClient((exports as { prototype: Client }).prototype, patches)
      },
    },
  ],
}

function patchClient(prototype: Client, patches: PatchRegistry): void {
  const nativePulse = prototype._pulseQueryQueue
  patches.replace(prototype, '_pulseQueryQueue', function _pulseQueryQueue(this: Client) {
    const queue = queueOf(this)
    const last = queue.at(-1)
    if (last === undefined) return nativePulse.call(this)
    if (!KnownQuery.isKnown(last)) new KnownQuery(last, scopes.getStore() ?? null)
    if (this.pipeline === true) {
      for (const query of queue) bindOnce(query, 'submit')
      return nativePulse.call(this)
    }
    if (this.readyForQuery !== true) return nativePulse.call(this)
    return callIn(KnownQuery.callerOf(queue[0] as Submittable) ?? undefined, this, nativePulse as Handler, undefined)
  })

  for (const name of [...dispatchingEnds, ...dispatchingSteps]) {
    const native = (prototype as unknown as Record<string, Handler | undefined>)[name]
    if (native === undefined) continue
    const everyQuery = dispatchingEnds.includes(name)
    patches.replace(prototype, name, function (this: Client, message: unknown) {
      const query = activeOf(this)
      if (query === null || query === undefined) return native.call(this, message)
      if (!everyQuery && KnownQuery.isPlain(query)) return native.call(this, message)
      const caller = KnownQuery.callerOf(query)
      return caller === undefined ? native.call(this, message) : callIn(caller ?? undefined, this, native, message)
    })
  }

  // SCRAM nonces, the connection's timer and everything that the socket's events do afterwards.
  const nativeConnect = prototype._connect
  patches.replace(prototype, '_connect', function _connect(this: Client, callback: unknown) {
    return runMuted(this, nativeConnect, [bindCallback(callback)])
  })
  const nativeEnd = prototype.end
  patches.replace(prototype, 'end', function end(this: Client, ...args: unknown[]) {
    return nativeEnd.apply(this, args.map(bindCallback) as [])
  })
  const nativeErrors = prototype._errorAllQueries
  if (nativeErrors !== undefined) {
    patches.replace(prototype, '_errorAllQueries', function _errorAllQueries(this: Client, error: unknown) {
      const active = activeOf(this)
      for (const query of [...(active ? [active] : []), ...(this._sentQueryQueue ?? []), ...queueOf(this)]) bindOnce(query, 'handleError')
      return nativeErrors.call(this, error)
    })
  }
  hearEvents(prototype, patches)
}

function isPlain(query: Submittable): boolean {
  return query.constructor.name === 'Query' && query.listenerCount?.('row') === 0 && !query.rows
}

/**
 * A query whose next step comes without its scope: pipeline mode submits all that is queued in one go, and the end of a
 * connection fails all that is queued or under way.
 */
function bindOnce(query: Submittable, step: 'submit' | 'handleError'): void {
  const caller = KnownQuery.callerOf(query)
  if (caller === undefined || (caller ?? undefined) === scopes.getStore() || Object.hasOwn(query, step)) return
  Object.defineProperty(query, step, {
    configurable: true,
    enumerable: false,
    value: function (this: Submittable, ...args: unknown[]) {
      Reflect.deleteProperty(this, step)
      return runIn(caller ?? undefined, this, this[step] as (...args: unknown[]) => unknown, ...args)
    },
  })
}
