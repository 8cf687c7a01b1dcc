import { muteMethods, type Carrier } from './carrier.ts'

/** The pool of Sequelize. */
export const sequelizePoolCarrier: Carrier = {
  driver: 'sequelize-pool',
  versions: ['>=2.0.0 <9'],
  files: [
    {
      path: 'sequelize-pool/lib/Pool.js',
      patch(exports, patches) {
        muteMethods((exports as { Pool: { prototype: object } }).Pool.prototype, ['acquire', 'release', 'destroy', 'drain'], patches)
      },
    },
  ],
}
