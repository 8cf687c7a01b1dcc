import type { Server } from 'node:net'
import { hostname, networkInterfaces } from 'node:os'
import type { PatchRegistry } from '@retake/core'
import { withinNet } from './lookups.ts'
import { dressedAs, net, tls } from './natives.ts'
import type { Seam } from './seam.ts'

/** Where this process listens. Connections to itself are inbound traffic seen from the other side. */
export interface OwnListeners {
  /** The port that a connection must really go to, if it goes to this process; `undefined` if it does not. */
  portFor(host: string, port: number): number | undefined
  hasPath(path: string): boolean
}

const loopback = /^(localhost|127\.\d+\.\d+\.\d+|::1|0\.0\.0\.0|::|::ffff:127\.\d+\.\d+\.\d+)$/i

/** Whether the name or address means this machine. Interfaces come and go, so they are read when it matters. */
function isOwnHost(host: string): boolean {
  if (loopback.test(host) || host.toLowerCase() === hostname().toLowerCase()) return true
  return (
    net.isIP(host) !== 0 &&
    Object.values(networkInterfaces()).some((addresses) => addresses?.some(({ address }) => address === host) === true)
  )
}

interface ListeningInternals {
  _listen2(address: unknown, port: unknown, ...rest: unknown[]): void
}

/**
 * Follows the servers of this process through `_listen2`, which `lib/net.js` keeps as a prototype method for code that
 * wraps it, and through which every form of `listen` passes once; no listener is added that the app could see.
 */
export function watchOwnListeners(patches: PatchRegistry, seam: Seam): OwnListeners {
  const serversByPort = new Map<number, Set<Server>>()
  const serversByPath = new Map<string, Set<Server>>()
  const realPorts = new Map<number, number>()
  const askedPorts = new WeakMap<Server, number>()
  const prototype = net.Server.prototype
  const internals = prototype as unknown as ListeningInternals
  const nativeListen = prototype.listen as (this: Server, ...args: unknown[]) => Server
  const nativeListen2 = internals._listen2
  const nativeClose = prototype.close
  const nativeAddress = prototype.address

  function noteListening(server: Server, asked: number | undefined): void {
    const address = nativeAddress.call(server)
    if (typeof address === 'string') {
      remember(serversByPath, address, server)
      seam.listening?.({ path: address })
    } else if (address !== null) {
      remember(serversByPort, address.port, server)
      seam.listening?.({
        port: address.port,
        host: address.address,
        asked: asked ?? address.port,
        secure: server instanceof tls.Server,
      })
    }
  }

  function listen2(this: Server, address: unknown, port: unknown, ...rest: unknown[]): void {
    const asked = typeof port === 'number' && port >= 0 && rest[2] === undefined ? port : undefined
    const given = asked === undefined || seam.listenPort === undefined ? port : seam.listenPort(asked)
    nativeListen2.call(this, address, given, ...rest)
    if (!this.listening) return
    noteListening(this, asked)
    const real = nativeAddress.call(this)
    if (asked === undefined || asked === 0 || given === asked || real === null || typeof real === 'string') return
    realPorts.set(asked, real.port)
    askedPorts.set(this, asked)
  }

  // An app that puts its own address into what it answers (Next.js, for one) has to find the port that it asked for.
  function address(this: Server): ReturnType<Server['address']> {
    const real = nativeAddress.call(this)
    const asked = askedPorts.get(this)
    return asked === undefined || real === null || typeof real === 'string' ? real : { ...real, port: asked }
  }

  // `listen(port, 'localhost')` looks the name up: that is no look-up of the app.
  function listen(this: Server, ...args: unknown[]): Server {
    return withinNet(() => nativeListen.apply(this, args))
  }

  function close(this: Server, callback?: (error?: Error) => void): Server {
    forget(serversByPort, this)
    forget(serversByPath, this)
    askedPorts.delete(this)
    return nativeClose.call(this, callback)
  }

  patches.replace(prototype, '_listen2', dressedAs(listen2, nativeListen2))
  patches.replace(prototype, 'listen', dressedAs(listen, nativeListen))
  patches.replace(prototype, 'close', dressedAs(close, nativeClose))
  if (seam.listenPort !== undefined) patches.replace(prototype, 'address', dressedAs(address, nativeAddress))

  return {
    portFor(host, port) {
      const real = realPorts.get(port) ?? port
      return isListening(serversByPort, real) && isOwnHost(host) ? real : undefined
    },
    hasPath: (path) => isListening(serversByPath, path),
  }
}

function remember<Key>(servers: Map<Key, Set<Server>>, key: Key, server: Server): void {
  const known = servers.get(key)
  if (known === undefined) servers.set(key, new Set([server]))
  else known.add(server)
}

function forget<Key>(servers: Map<Key, Set<Server>>, server: Server): void {
  for (const [key, known] of servers) {
    if (known.delete(server) && known.size === 0) servers.delete(key)
  }
}

function isListening<Key>(servers: Map<Key, Set<Server>>, key: Key): boolean {
  const known = servers.get(key)
  if (known === undefined) return false
  for (const server of known) if (server.listening) return true
  return false
}
