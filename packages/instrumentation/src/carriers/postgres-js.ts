import type { PatchRegistry, Scope } from '@retake/core'
import { Stamped } from '../stamp.ts'
import { CarriedScope, callingScope } from './carried-scope.ts'
import { bindCallback, runMuted, type Carrier, type CarrierFile } from './carrier.ts'
import { PendingFlush } from './pending-flush.ts'

type Step = (...args: unknown[]) => unknown

interface Connection {
  connect(query: object): unknown
  execute(query: object): unknown
  cancel(...args: unknown[]): unknown
}
type MakeConnection = (this: unknown, ...args: unknown[]) => Connection

/** The scope in which a query was handed over; `null` outside any. */
class QueryCaller extends Stamped {
  #caller: Scope | null
  constructor(query: object, caller: Scope | null) {
    super(query)
    this.#caller = caller
  }
  static get(query: object): Scope | null | undefined {
    return #caller in query ? query.#caller : undefined
  }
  static set(query: object, caller: Scope | null): void {
    if (#caller in query) query.#caller = caller
    else new QueryCaller(query, caller)
  }
}

const callerOf = (query: object): Scope | undefined => {
  const caller = QueryCaller.get(query)
  return caller === undefined ? callingScope() : (caller ?? undefined)
}

/**
 * postgres.js joins what several queries send into one `socket.write`, in a `setImmediate`, and sends the second half of
 * a query (Bind after Describe, the next rows of a cursor) from the socket's 'data' event. So each connection lives in
 * a scope of its own that follows the query at work, and is flushed before a query of another take is put in.
 * Names of its statements (Math.random) and its timers are infrastructure.
 */
export const postgresJsCarrier: Carrier = {
  driver: 'postgres',
  versions: ['>=3.3.0 <4'],
  esm: true,
  files: ['postgres/src', 'postgres/cjs/src'].flatMap((folder): readonly CarrierFile[] => [
    {
      path: `${folder}/query.js`,
      patch(exports, patches) {
        patchQuery((exports as { Query: { prototype: Record<string, Step> } }).Query.prototype, patches)
      },
    },
    {
      path: `${folder}/connection.js`,
      patch(exports, patches) {
        if (typeof exports === 'function') return carryConnections(exports as MakeConnection)
        const namespace = exports as { default: MakeConnection }
        const native = namespace.default
        namespace.default = carryConnections(native)
        patches.onUndo(() => void (namespace.default = native))
        return undefined
      },
    },
  ]),
}

function patchQuery(prototype: Record<string, Step>, patches: PatchRegistry): void {
  const { handle, forEach, cursor } = prototype as Record<'handle' | 'forEach' | 'cursor', Step>
  // Called synchronously by then, catch, finally, forEach, execute; it hands the query over a tick later.
  patches.replace(prototype, 'handle', function (this: object) {
    if (QueryCaller.get(this) === undefined) QueryCaller.set(this, callingScope() ?? null)
    return handle.call(this)
  })
  patches.replace(prototype, 'forEach', function (this: object, callback: unknown) {
    return forEach.call(this, bindCallback(callback))
  })
  patches.replace(prototype, 'cursor', function (this: object, ...args: unknown[]) {
    return cursor.apply(this, args.map(bindCallback))
  })
}

function carryConnections(native: MakeConnection): MakeConnection {
  return function Connection(this: unknown, ...args: unknown[]) {
    return carryConnection(runMuted(this, native, args))
  }
}

function carryConnection(connection: Connection): Connection {
  const { connect, execute, cancel } = connection
  const carried = new CarriedScope()
  const pending = new PendingFlush('nextWrite')
  connection.connect = (query) => {
    carried.current = callerOf(query)
    return carried.run(() => connect(query))
  }
  connection.execute = (query) => {
    const caller = callerOf(query)
    if (caller !== carried.current) {
      carried.run(() => pending.flush())
      carried.current = caller
    }
    return carried.run(() => pending.watch(() => execute(query)))
  }
  connection.cancel = (...args) => {
    carried.current = callingScope()
    return carried.run(() => cancel(...args))
  }
  return connection
}
