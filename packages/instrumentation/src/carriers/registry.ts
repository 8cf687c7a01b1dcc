import type { Carrier } from './carrier.ts'
import { genericPoolCarrier } from './generic-pool.ts'
import { knexCarrier } from './knex.ts'
import { pgCursorCarrier } from './pg-cursor.ts'
import { pgPoolCarrier } from './pg-pool.ts'
import { pgCarrier } from './pg.ts'
import { postgresJsCarrier } from './postgres-js.ts'
import { sequelizePoolCarrier } from './sequelize-pool.ts'
import { tarnCarrier } from './tarn.ts'
import { undiciCarrier } from './undici.ts'

/** Every carrier; adding a driver is one file and one line here. */
export const carriers: readonly Carrier[] = [
  pgCarrier,
  pgPoolCarrier,
  pgCursorCarrier,
  postgresJsCarrier,
  undiciCarrier,
  knexCarrier,
  tarnCarrier,
  sequelizePoolCarrier,
  genericPoolCarrier,
]
