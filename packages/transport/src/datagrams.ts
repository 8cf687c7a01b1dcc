import type { Socket } from 'node:dgram'
import type { PatchRegistry } from '@retake/core'
import { dgram, dns, dressedAs, nativeLookup, net } from './natives.ts'
import type { Seam } from './seam.ts'
import { symbolOf } from './socket-internals.ts'

/** The handle of a UDP socket as `lib/dgram.js` uses it: `send` returns the number of bytes sent plus one when it was done at once. */
interface DatagramHandle {
  send(request: { address?: string; port?: number }, list: readonly Uint8Array[], ...rest: unknown[]): number
  lookup(address: string, callback: (error: Error | null, ip: string, family: number) => void): void
}

const silenced = new WeakSet<DatagramHandle>()

/** Makes a socket's handle send nothing and ask nobody; Node's own code around it (arguments, binding, events) stays. */
function silence(socket: Socket, swallowed: (description: string) => void): void {
  const kState = symbolOf(socket, 'state symbol')
  if (kState === undefined) return
  const { handle } = (socket as unknown as { [state: symbol]: { handle: DatagramHandle | null } })[kState] ?? { handle: null }
  if (handle === null || silenced.has(handle)) return
  silenced.add(handle)
  const isIPv6 = (socket as unknown as { type: string }).type === 'udp6'
  handle.send = (request, list) => {
    const length = list.reduce((sum, { byteLength }) => sum + byteLength, 0)
    const where = request.port ? `${request.address ?? (isIPv6 ? '::1' : '127.0.0.1')}:${request.port}` : 'the connected peer'
    swallowed(`udp ${length} bytes to ${where}`)
    return length + 1
  }
  handle.lookup = (address, callback) => {
    const family = isIPv6 ? 6 : 4
    // `bind` looks its own address up: that one must stay.
    callback(null, net.isIP(address) !== 0 ? address : isIPv6 ? '::1' : '127.0.0.1', family)
  }
}

/** UDP: nothing leaves where `seam.swallowed` is given; the look-ups of UDP sockets are never taken for the app's. */
export function watchDatagrams(patches: PatchRegistry, seam: Seam): void {
  const { swallowed } = seam
  const prototype = dgram.Socket.prototype
  if (swallowed !== undefined) {
    for (const method of ['send', 'sendto', 'connect'] as const) {
      const native = (prototype as unknown as { [method: string]: ((...args: unknown[]) => unknown) | undefined })[method]
      if (native === undefined) continue
      function quiet(this: Socket, ...args: unknown[]): unknown {
        silence(this, swallowed as (description: string) => void)
        return native?.apply(this, args)
      }
      patches.replace(prototype, method, dressedAs(quiet, native))
    }
  }
  if (seam.lookups !== undefined) {
    const nativeCreate = dgram.createSocket as (options: unknown, listener?: unknown) => Socket
    const heardLookup = dns.lookup
    function createSocket(options: unknown, listener?: unknown): Socket {
      const given = typeof options === 'string' ? { type: options } : options
      // Where the app has put its own in the place of `dns.lookup`, Node takes that one.
      if (typeof given !== 'object' || given === null || 'lookup' in given || dns.lookup !== heardLookup)
        return nativeCreate(options, listener)
      return nativeCreate({ ...given, lookup: nativeLookup }, listener)
    }
    patches.replace(dgram, 'createSocket', dressedAs(createSocket, nativeCreate))
  }
}
