import { eq, sql as drizzleSql } from 'drizzle-orm'
import { drizzle as drizzlePg } from 'drizzle-orm/node-postgres'
import { boolean, integer, jsonb, pgTable, serial, text, timestamp } from 'drizzle-orm/pg-core'
import { drizzle as drizzleJs } from 'drizzle-orm/postgres-js'
import knexFactory from 'knex'
import { Kysely, PostgresDialect, sql as kyselySql } from 'kysely'
import pg from 'pg'
import Cursor from 'pg-cursor'
import postgres from 'postgres'
import { DataTypes, Sequelize } from 'sequelize'
import { DataSource, EntitySchema } from 'typeorm'
import { afterAll, beforeAll, beforeEach, describe, it } from 'vitest'
import { type PostgresService, startPostgres } from '../../../../test/services/postgres.ts'
import { directly, failure, sameInBothRuns } from '../harness/postgres-runs.ts'

let service: PostgresService

beforeAll(async () => {
  service = await startPostgres()
})
afterAll(() => service.stop())
beforeEach(() =>
  directly(
    service,
    `DROP TABLE IF EXISTS orders, migrations, synced;
     CREATE TABLE orders (id serial PRIMARY KEY, customer text NOT NULL UNIQUE, total integer NOT NULL DEFAULT 0, paid boolean NOT NULL DEFAULT false,
       lines jsonb, at timestamptz NOT NULL DEFAULT '2026-05-04T03:02:01Z');
     INSERT INTO orders (customer, total, lines) SELECT 'customer ' || i, i * 10, '[{"sku": 1}]' FROM generate_series(1, 20) i`,
  ),
)

describe('query builders and ORMs', () => {
  it('knex', () =>
    sameInBothRuns(service, async ({ host, port, user, password, database }) => {
      const knex = knexFactory({ client: 'pg', connection: { host, port, user, password, database }, pool: { min: 0, max: 3 } })
      try {
        const seen: unknown[] = []
        seen.push(await knex('orders').where({ paid: false }).andWhere('total', '>', 150).orderBy('id'))
        seen.push(
          await knex('orders')
            .insert({ customer: 'knex', total: 5, lines: JSON.stringify([{ sku: 2 }]) })
            .returning(['customer', 'total']),
        )
        seen.push(await failure(knex('orders').insert({ customer: 'knex' })))
        await knex.transaction(async (transaction) => {
          await transaction('orders').where({ customer: 'knex' }).update({ paid: true })
          seen.push(await failure(transaction.transaction(async (inner) => void (await inner.raw('SELECT 1/0')))))
        })
        seen.push(await knex('orders').where({ customer: 'knex' }).first('paid', 'total'))
        const streamed: unknown[] = []
        for await (const row of knex('orders').select('id').orderBy('id').stream()) streamed.push(row)
        seen.push(streamed, await knex('orders').where({ customer: 'knex' }).delete())
        return seen
      } finally {
        await knex.destroy()
      }
    }))

  it('kysely', () =>
    sameInBothRuns(service, async (address) => {
      interface Database {
        orders: { id: number; customer: string; total: number; paid: boolean }
      }
      const db = new Kysely<Database>({ dialect: new PostgresDialect({ pool: new pg.Pool({ ...address, max: 2 }), cursor: Cursor }) })
      try {
        const seen: unknown[] = []
        seen.push(await db.selectFrom('orders').select(['id', 'customer']).where('total', '<', 40).orderBy('id').execute())
        seen.push(
          await db
            .insertInto('orders')
            .values({ customer: 'kysely', total: 1, paid: false } as never)
            .returning(['customer'])
            .executeTakeFirst(),
        )
        seen.push(
          await failure(
            db
              .insertInto('orders')
              .values({ customer: 'kysely' } as never)
              .execute(),
          ),
        )
        seen.push(
          await db.transaction().execute(async (transaction) => {
            const { numUpdatedRows } = await transaction
              .updateTable('orders')
              .set({ paid: true })
              .where('customer', '=', 'kysely')
              .executeTakeFirstOrThrow()
            return String(numUpdatedRows)
          }),
        )
        const streamed: unknown[] = []
        for await (const row of db.selectFrom('orders').select('id').orderBy('id').stream(6)) streamed.push(row)
        seen.push(streamed, (await kyselySql`SELECT ${'raw'} AS how`.execute(db)).rows)
        return seen
      } finally {
        await db.destroy()
      }
    }))

  const orders = pgTable('orders', {
    id: serial().primaryKey(),
    customer: text().notNull(),
    total: integer().notNull(),
    paid: boolean().notNull(),
    lines: jsonb(),
    at: timestamp({ withTimezone: true }).notNull(),
  })

  async function drizzled(db: Pick<ReturnType<typeof drizzlePg>, 'select' | 'insert' | 'transaction' | 'execute'>): Promise<unknown> {
    const seen: unknown[] = []
    seen.push(await db.select().from(orders).where(eq(orders.customer, 'customer 3')))
    seen.push(
      await db
        .insert(orders)
        .values({ customer: 'drizzle', total: 2, paid: false, at: new Date(0) })
        .returning({ customer: orders.customer, at: orders.at }),
    )
    const refused = await failure(db.insert(orders).values({ customer: 'drizzle', total: 2, paid: false, at: new Date(0) }))
    seen.push(refused['message'])
    await db.transaction(async (transaction) => {
      await transaction.update(orders).set({ paid: true }).where(eq(orders.customer, 'drizzle'))
      seen.push(await transaction.select({ paid: orders.paid }).from(orders).where(eq(orders.customer, 'drizzle')))
    })
    seen.push([
      ...((
        (await db.execute(drizzleSql`SELECT count(*)::int AS n FROM orders WHERE total > ${100}`)) as unknown as {
          rows?: Iterable<unknown>
        } & Iterable<unknown>
      ).rows ?? []),
    ])
    return seen
  }

  it('drizzle over pg', () =>
    sameInBothRuns(service, async (address) => {
      const pool = new pg.Pool({ ...address, max: 2 })
      try {
        return await drizzled(drizzlePg(pool))
      } finally {
        await pool.end()
      }
    }))

  it('drizzle over postgres.js', () =>
    sameInBothRuns(service, async (address) => {
      const sql = postgres({ ...address, username: address.user, max: 2 })
      try {
        return await drizzled(drizzleJs(sql) as never)
      } finally {
        await sql.end()
      }
    }))

  it('typeorm, which looks at the schema and changes it', () =>
    sameInBothRuns(
      service,
      async ({ host, port, user, password, database }) => {
        const Synced = new EntitySchema<{ id?: number; name: string; weight: number | null }>({
          name: 'synced',
          columns: {
            id: { type: Number, primary: true, generated: true },
            name: { type: 'varchar', length: 40, unique: true },
            weight: { type: 'float', nullable: true },
          },
        })
        const source = new DataSource({
          type: 'postgres',
          host,
          port,
          username: user,
          password,
          database,
          entities: [Synced],
          synchronize: true,
        })
        await source.initialize()
        try {
          const repository = source.getRepository(Synced)
          const seen: unknown[] = []
          seen.push(
            await repository.save([
              { name: 'one', weight: 1.5 },
              { name: 'two', weight: null },
            ]),
          )
          seen.push(await repository.find({ where: { name: 'one' } }))
          seen.push((await failure(repository.insert({ name: 'one', weight: 0 })))['code'])
          await source.transaction(async (manager) => {
            await manager.update(Synced, { name: 'two' }, { weight: 2 })
            seen.push(await manager.count(Synced))
          })
          seen.push(await repository.createQueryBuilder('s').where('s.weight > :least', { least: 1 }).orderBy('s.id').getManyAndCount())
          return seen
        } finally {
          await source.destroy()
        }
      },
      // The schema that the first run made is there when it is looked at for the second time; served from memory it is not.
      {},
    ))

  it('sequelize', () =>
    sameInBothRuns(service, async ({ host, port, user, password, database }) => {
      const sequelize = new Sequelize({
        dialect: 'postgres',
        host,
        port,
        username: user,
        password,
        database,
        logging: false,
        pool: { max: 2 },
      })
      try {
        const Order = sequelize.define(
          'order',
          { customer: DataTypes.TEXT, total: DataTypes.INTEGER, paid: DataTypes.BOOLEAN, lines: DataTypes.JSONB },
          { tableName: 'orders', timestamps: false },
        )
        const seen: unknown[] = []
        seen.push((await Order.findAll({ where: { total: [10, 20] }, order: ['id'] })).map((order) => order.toJSON()))
        await sequelize.transaction(async (transaction) => {
          const made = await Order.create({ customer: 'sequelize', total: 3, paid: false }, { transaction })
          made.set('paid', true)
          await made.save({ transaction })
        })
        seen.push((await Order.findOne({ where: { customer: 'sequelize' }, attributes: ['customer', 'paid'] }))?.toJSON())
        seen.push((await failure(Order.create({ customer: 'sequelize', total: 3, paid: false })))['name'])
        seen.push(await Order.count(), await Order.destroy({ where: { customer: 'sequelize' } }))
        return seen
      } finally {
        await sequelize.close()
      }
    }))
})
