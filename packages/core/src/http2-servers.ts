import type { PatchRegistry } from './patch-registry.ts'

/** What the server side of `node:http2` is made of, and does not export. */
export interface Http2ServerPrototypes {
  /** Of `ServerHttp2Session`. */
  readonly session: object
  /** Of `ServerHttp2Stream`. */
  readonly stream: object
}

type Emit = (this: object, event: unknown, ...rest: unknown[]) => unknown

const learners = new WeakMap<PatchRegistry, ((prototypes: Http2ServerPrototypes) => void)[]>()

/**
 * Calls back once, before anybody hears of the first stream that a client opens to an HTTP/2 server of this process: then there
 * are prototypes to be patched. `node:http2` is not loaded for it: that takes 4 ms of CPU (Node 20), and most apps never do.
 *
 * Servers tell of their sessions by 'session' (all kinds of them descend from `net.Server`), sessions of their streams by
 * 'stream'; a session from `http2.performServerHandshake()`, which has no server, is only heard after one that has.
 */
export function onHttp2Servers(patches: PatchRegistry, learn: (prototypes: Http2ServerPrototypes) => void): void {
  const known = learners.get(patches)
  if (known !== undefined) {
    known.push(learn)
    return
  }
  const waiting = [learn]
  learners.set(patches, waiting)
  patches.onUndo(() => learners.delete(patches))
  const servers = process.getBuiltinModule('node:net').Server.prototype as unknown as { emit: Emit }
  const native = servers.emit
  let watched: object | undefined
  patches.replace(servers, 'emit', function emit(this: object, event: unknown, session: unknown): unknown {
    if (event === 'session' && watched === undefined && isServerSession(session)) {
      watched = Object.getPrototypeOf(session) as object
      watchStreams(patches, watched, (prototypes) => {
        for (const each of waiting) each(prototypes)
      })
    }
    return native.apply(this, arguments as unknown as [unknown])
  })
}

function watchStreams(patches: PatchRegistry, sessions: object, learned: (prototypes: Http2ServerPrototypes) => void): void {
  const own = Object.getOwnPropertyDescriptor(sessions, 'emit')
  const native = (sessions as { emit: Emit }).emit
  const watching = function emit(this: { emit: Emit }, event: unknown, stream: unknown): unknown {
    if (event !== 'stream' || typeof stream !== 'object' || stream === null) return native.apply(this, arguments as unknown as [unknown])
    // Out of the way first: what is patched now stands on the native one.
    if (own === undefined) Reflect.deleteProperty(sessions, 'emit')
    else Object.defineProperty(sessions, 'emit', own)
    learned({ session: sessions, stream: Object.getPrototypeOf(stream) as object })
    return this.emit.apply(this, arguments as unknown as [unknown])
  }
  patches.replace(sessions, 'emit', watching)
}

/** By its name: Node exports neither the class nor a session to compare it with. */
function isServerSession(session: unknown): session is object {
  return (session as { readonly constructor?: { readonly name?: unknown } } | undefined)?.constructor?.name === 'ServerHttp2Session'
}
