import dgram from 'node:dgram'
import dns from 'node:dns'
import net from 'node:net'
import tls from 'node:tls'
import { note } from '../stage/script.ts'
import { stage } from '../stage/stage.ts'

// What is installed can be taken away again, to the last property.
const owners: { readonly [name: string]: object } = {
  net,
  tls,
  dns,
  dgram,
  promises: dns.promises,
  socket: net.Socket.prototype,
  server: net.Server.prototype,
  tlsSocket: tls.TLSSocket.prototype,
  resolver: dns.Resolver.prototype,
  promiseResolver: dns.promises.Resolver.prototype,
  datagram: dgram.Socket.prototype,
}
const snapshot = (): Map<string, PropertyDescriptor> =>
  new Map(
    Object.entries(owners).flatMap(([name, owner]) =>
      Reflect.ownKeys(owner).map(
        (key) => [`${name}.${String(key)}`, Object.getOwnPropertyDescriptor(owner, key) as PropertyDescriptor] as const,
      ),
    ),
  )
const same = (one: PropertyDescriptor | undefined, other: PropertyDescriptor | undefined): boolean =>
  one?.value === other?.value && one?.get === other?.get && one?.enumerable === other?.enumerable && one?.writable === other?.writable

const before = snapshot()
const { patches, installTransport } = stage()
const nothing = (): void => undefined
installTransport(patches, {
  route: () => 'leave',
  taps: {
    opened: nothing,
    connected: nothing,
    upgraded: nothing,
    secured: nothing,
    sent: nothing,
    received: nothing,
    sentEnd: nothing,
    receivedEnd: nothing,
    closed: nothing,
  },
  serve: () => ({ received: nothing, receivedEnd: nothing, upgraded: nothing, secured: () => undefined, closed: nothing }),
  lookups: { observe: nothing },
  swallowed: nothing,
})
const during = snapshot()
const changed = [...during].filter(([name, descriptor]) => !same(descriptor, before.get(name))).map(([name]) => name)
note('changed', changed.length > 30, changed.includes('socket.connect'), changed.includes('tls.connect'))
note(
  'dress',
  changed.every((name) => {
    const [now, then] = [during.get(name)?.value as unknown, before.get(name)?.value as unknown]
    return typeof then !== 'function' || (typeof now === 'function' && now.name === then.name && now.length === then.length)
  }),
)
patches.undoAll()
const after = snapshot()
note(
  'left over',
  [...after.keys()].filter((name) => !same(after.get(name), before.get(name))),
  [...before.keys()].filter((name) => !after.has(name)),
)
