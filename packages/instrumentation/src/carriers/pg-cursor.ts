import { bindCallback, type Carrier } from './carrier.ts'

type Closing = (this: unknown, callback: unknown) => unknown

/** A cursor (and pg-query-stream on top) waits for its closing at the connection's own events, which are the infrastructure's. */
export const pgCursorCarrier: Carrier = {
  driver: 'pg-cursor',
  versions: ['>=2.0.0 <3'],
  files: [],
  main(exports, patches) {
    const { prototype } = exports as { prototype: Partial<Record<string, Closing>> }
    for (const name of ['close', 'end']) {
      const native = prototype[name]
      if (native === undefined) continue
      patches.replace(prototype, name, function (this: unknown, callback: unknown) {
        return native.call(this, bindCallback(callback))
      })
    }
  },
}
