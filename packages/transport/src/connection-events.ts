/** What a socket emits until it stands, for a connection that nothing in the network makes. As `lib/net.js` does. */
import type { Socket } from 'node:net'
import type { Target, TransportError } from '@retake/core'
import { net } from './natives.ts'
import type { ConnectedFacts } from './seam.ts'
import { internals } from './socket-internals.ts'
import { partsOf } from './transport-errors.ts'

/** One event per address; none where the target is an address or a path. */
export function emitLookups(
  socket: Socket,
  { host, path }: Target,
  addresses: readonly (readonly [address: string, family: number])[],
): void {
  if (path !== undefined || host === undefined || net.isIP(host) !== 0) return
  for (const [address, family] of addresses) {
    if (!internals(socket).connecting) return
    socket.emit('lookup', null, address, family, host)
  }
}

/** The attempt that succeeded. Of those before it (Happy Eyeballs) only the list is kept. */
export function emitAttempt(socket: Socket, target: Target, { lookup, remoteAddress, remotePort, remoteFamily }: ConnectedFacts): void {
  if (target.path !== undefined) {
    socket.emit('connectionAttempt', target.path, undefined, undefined)
    return
  }
  if (lookup !== undefined && lookup.length > 1) {
    const attempted = lookup.slice(0, lookup.findIndex(([address]) => address === remoteAddress) + 1)
    internals(socket).autoSelectFamilyAttemptedAddresses = attempted.map(([address]) => `${address}:${remotePort ?? ''}`)
  }
  socket.emit('connectionAttempt', remoteAddress ?? target.host, target.port, remoteFamily === 'IPv6' ? 6 : 4)
}

/** The attempts of a connection that never stood, read off its error. */
export function emitFailedAttempts(socket: Socket, target: Target, failure: TransportError, error: Error): void {
  if (failure.syscall === 'getaddrinfo') {
    if (target.path === undefined) socket.emit('lookup', error, undefined, undefined, target.host)
    return
  }
  const attempts = failure.extra?.['errors'] === undefined ? [failure] : partsOf(failure)
  const addresses = attempts.flatMap(({ address }) => (address === undefined ? [] : [[address, net.isIP(address)] as const]))
  emitLookups(socket, target, addresses)
  const errors: unknown[] = error instanceof AggregateError ? error.errors : [error]
  for (const [index, { address, port, syscall }] of attempts.entries()) {
    if (address === undefined || syscall !== 'connect' || socket.destroyed) continue
    const family = target.path === undefined ? net.isIP(address) : undefined
    socket.emit('connectionAttempt', address, port, family)
    // With one address Node has left the connecting state when it tells.
    if (attempts.length === 1) internals(socket).connecting = false
    if (!socket.destroyed) socket.emit('connectionAttemptFailed', address, port, family, errors[index])
  }
}
