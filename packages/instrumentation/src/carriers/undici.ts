import { mainScope, scopes, type PatchRegistry, type Scope } from '@retake/core'
import { Stamped } from '../stamp.ts'
import { runIn, type Carrier } from './carrier.ts'

type Step = (this: unknown, ...args: unknown[]) => unknown
type RequestClass = new (...args: unknown[]) => object

/** On whose behalf something is dispatched: the app's own scope for its handlers, the muted one for undici's work. */
interface Caller {
  readonly app: Scope | undefined
  readonly muted: Scope | undefined
}

/** Callers of handlers (what is dispatched travels between agents, pools and clients) and of requests (what is written). */
class DispatchCaller extends Stamped {
  #caller: Caller
  constructor(dispatched: object, caller: Caller) {
    super(dispatched)
    this.#caller = caller
  }
  static get(dispatched: object): Caller | undefined {
    return #caller in dispatched ? dispatched.#caller : undefined
  }
  static set(dispatched: object, caller: Caller): void {
    if (#caller in dispatched) dispatched.#caller = caller
    else new DispatchCaller(dispatched, caller)
  }
}

/** Set while `dispatch` runs, which is synchronous: the request that it makes is this caller's. */
let dispatching: Caller | undefined

const handlerCalls = [
  'onConnect',
  'onBodySent',
  'onRequestSent',
  'onResponseStarted',
  'onHeaders',
  'onData',
  'onUpgrade',
  'onComplete',
  'onError',
]

/**
 * undici (the package) queues what it cannot send at once, in its pools and clients, and goes on from the events of
 * whichever connection gets free. The built-in `fetch` is a bundled copy that no hook sees: see `fetch-requests.ts`.
 */
export const undiciCarrier: Carrier = {
  driver: 'undici',
  versions: ['>=6.0.0 <9'],
  files: [
    {
      path: 'undici/lib/dispatcher/dispatcher-base.js',
      patch(exports, patches) {
        patchDispatch((exports as { prototype: { dispatch: Step } }).prototype, patches)
      },
    },
    {
      path: 'undici/lib/handler/unwrap-handler.js',
      patch(exports, patches) {
        // Handlers of the newer interface are put into one of the older: the queue of a pool holds that one.
        const { unwrap } = exports as { unwrap: Step }
        patches.replace(exports as object, 'unwrap', function (this: unknown, handler: object) {
          const unwrapped = unwrap.call(this, handler) as object
          const caller = DispatchCaller.get(handler)
          if (caller !== undefined && unwrapped !== handler) DispatchCaller.set(unwrapped, caller)
          return unwrapped
        })
      },
    },
    { path: 'undici/lib/core/request.js', patch: (exports, patches) => stampRequests(exports as RequestClass, patches) },
    {
      path: 'undici/lib/dispatcher/client-h1.js',
      patch(exports) {
        const connect = exports as Step
        return function connectH1(this: unknown, ...args: unknown[]) {
          const context = connect.apply(this, args)
          // undici 6 connects asynchronously.
          return context instanceof Promise ? context.then(carryWrites) : carryWrites(context as { write: Step })
        }
      },
    },
  ],
}

function patchDispatch(prototype: { dispatch: Step }, patches: PatchRegistry): void {
  const native = prototype.dispatch
  patches.replace(prototype, 'dispatch', function dispatch(this: unknown, options: unknown, handler: unknown) {
    if (typeof handler !== 'object' || handler === null) return native.call(this, options, handler)
    let caller = DispatchCaller.get(handler)
    if (caller === undefined) DispatchCaller.set(handler, (caller = currentCaller()))
    const outer = dispatching
    dispatching = caller
    try {
      return runIn(caller.muted, this, native, options, handler)
    } finally {
      dispatching = outer
    }
  })
}

function currentCaller(): Caller {
  const app = scopes.getStore()
  // A pool dispatching to its client: undici itself is calling.
  if (dispatching !== undefined && app !== undefined && app === dispatching.muted) return dispatching
  return { app, muted: (app ?? mainScope.current)?.asMuted }
}

function stampRequests(Request: RequestClass, patches: PatchRegistry): RequestClass {
  const prototype = Request.prototype as Record<string, Step | undefined>
  for (const name of handlerCalls) {
    const native = prototype[name]
    if (native === undefined) continue
    patches.replace(prototype, name, function (this: object, ...args: unknown[]) {
      const caller = DispatchCaller.get(this)
      return caller === undefined ? native.apply(this, args) : runIn(caller.app, this, native, ...args)
    })
  }
  const Stamped = class extends Request {
    constructor(...args: unknown[]) {
      super(...args)
      if (dispatching !== undefined) DispatchCaller.set(this, dispatching)
    }
  }
  Object.defineProperty(Stamped, 'name', { value: Request.name })
  return Stamped
}

function carryWrites(context: { write: Step }): { write: Step } {
  const { write } = context
  context.write = function (this: unknown, request: unknown, ...rest: unknown[]) {
    const caller = DispatchCaller.get(request as object)
    return caller === undefined ? write.call(this, request, ...rest) : runIn(caller.muted, this, write, request, ...rest)
  }
  return context
}
