import { muteMethods, type Carrier } from './carrier.ts'

/** The pool of knex. */
export const tarnCarrier: Carrier = {
  driver: 'tarn',
  versions: ['>=2.0.0 <4'],
  files: [
    {
      path: 'tarn/dist/Pool.js',
      patch(exports, patches) {
        muteMethods((exports as { Pool: { prototype: object } }).Pool.prototype, ['acquire', 'release', 'check', 'destroy'], patches)
      },
    },
  ],
}
