import type { PatchRegistry } from '@retake/core'
import { runMuted, type Carrier } from './carrier.ts'

/** knex marks queries, connections and transactions with names of its own, sixteen `Math.random` each, that go nowhere. */
export const knexCarrier: Carrier = {
  driver: 'knex',
  versions: ['>=0.95.0 <4'],
  files: [
    {
      path: 'knex/lib/util/nanoid.js',
      patch(exports, patches: PatchRegistry) {
        const { nanoid } = exports as { nanoid: (...args: unknown[]) => string }
        patches.replace(exports as object, 'nanoid', function (this: unknown, ...args: unknown[]) {
          return runMuted(this, nanoid, args)
        })
      },
    },
  ],
}
