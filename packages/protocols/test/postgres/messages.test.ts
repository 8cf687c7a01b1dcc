import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type PostgresService, startPostgres } from '../../../../test/services/postgres.ts'
import {
  bind,
  closeMessage,
  describeMessage,
  execute,
  flush,
  int16,
  int32,
  parse,
  query,
  RawClient,
  startup,
  sync,
  typed,
  untyped,
} from '../harness/postgres-raw-client.ts'
import { type Address, bothRuns, sameInBothRuns } from '../harness/postgres-runs.ts'

let service: PostgresService

beforeAll(async () => {
  service = await startPostgres()
})
afterAll(() => service.stop())

/** Sends each group of messages, and takes what comes up to ReadyForQuery. */
const says =
  (...groups: readonly (readonly Uint8Array[])[]) =>
  async (address: Address): Promise<readonly (readonly string[])[]> => {
    const client = await RawClient.open(address)
    const seen: (readonly string[])[] = []
    for (const group of groups) {
      client.send(...group)
      seen.push(await client.until('Z'))
    }
    await client.end()
    return seen
  }

const rows = 'SELECT i, i * 2 AS twice FROM generate_series(1, 10) i'

describe('the extended query protocol, message by message', () => {
  it('acknowledges what is asked for, in order', () =>
    sameInBothRuns(
      service,
      says(
        [parse('', rows), bind('', ''), describeMessage('P', ''), execute(''), sync],
        [parse('named', 'SELECT $1::int AS n, $2::text AS t'), describeMessage('S', 'named'), sync],
        [bind('p', 'named', ['1', null]), describeMessage('P', 'p'), execute('p'), closeMessage('P', 'p'), sync],
        [bind('', 'named', ['2', 'two'], [1, 0]), describeMessage('P', ''), execute(''), sync],
        [bind('', 'named', ['3', 'three'], [1]), describeMessage('S', 'named'), execute(''), sync],
        [closeMessage('S', 'named'), closeMessage('S', 'never there'), sync],
        [parse('', 'CREATE TEMP TABLE t (a int)'), bind('', ''), describeMessage('P', ''), execute(''), sync],
        [parse('', 'INSERT INTO t VALUES ($1)'), describeMessage('S', ''), bind('', '', ['5']), execute(''), sync],
        [parse('', ''), bind('', ''), describeMessage('P', ''), execute(''), sync],
        [sync],
      ),
    ))

  it('runs several statements up to one Sync', () =>
    sameInBothRuns(
      service,
      says(
        [parse('a', 'SELECT 1'), parse('b', 'SELECT 2'), bind('', 'a'), execute(''), bind('', 'b'), execute(''), sync, query('SELECT 3')],
        [sync],
      ),
    ))

  it('skips to Sync after an error, wherever that came from', () =>
    sameInBothRuns(
      service,
      says(
        [parse('', 'SELEC 1'), bind('', ''), execute(''), sync],
        [parse('', 'SELEC 2'), sync],
        [parse('', 'SELEC 3'), describeMessage('S', ''), sync],
        [parse('', 'SELECT $1::int'), bind('', '', ['x']), sync],
        [parse('', 'SELECT $1::int'), bind('', '', ['y']), describeMessage('P', ''), execute(''), sync],
        [parse('', 'SELECT 1 / $1::int'), bind('', '', ['0']), describeMessage('P', ''), execute(''), sync],
        [
          parse('one', 'SELECT 1'),
          bind('', 'one'),
          execute(''),
          parse('', 'SELEC 4'),
          bind('', ''),
          execute(''),
          parse('', 'SELECT 5'),
          bind('', ''),
          execute(''),
          sync,
        ],
        [bind('', 'one'), execute(''), sync],
      ),
    ))

  it('continues portals', () =>
    sameInBothRuns(
      service,
      says(
        [parse('', rows), bind('', ''), execute('', 4), execute('', 4), execute('', 4), sync],
        [parse('', rows), bind('', ''), execute('', 10), execute('', 10), sync],
      ),
    ))

  it('flushes without Sync', () =>
    sameInBothRuns(service, async (address) => {
      const client = await RawClient.open(address)
      const seen: (readonly string[])[] = []
      client.send(parse('', rows), bind('', ''), flush)
      seen.push(await client.until('2'))
      client.send(describeMessage('P', ''), flush)
      seen.push(await client.until('T'))
      client.send(execute('', 3), flush)
      seen.push(await client.until('s'))
      client.send(execute(''), flush)
      seen.push(await client.until('C'))
      client.send(sync)
      seen.push(await client.until('Z'))
      await client.end()
      return seen
    }))

  it('calls functions', () =>
    // int4pl
    sameInBothRuns(
      service,
      says(
        [typed('F', int32(177), int16(1), int16(1), int16(2), int32(4), int32(20), int32(4), int32(22), int16(1))],
        [typed('F', int32(1), int16(0), int16(0), int16(0))],
        [query('SELECT 1')],
      ),
    ))

  it('copies in and out through prepared statements', () =>
    sameInBothRuns(service, async (address) => {
      const client = await RawClient.open(address)
      client.send(query('CREATE TEMP TABLE c (a int)'))
      const seen = [await client.until('Z')]
      client.send(parse('', 'COPY c FROM STDIN'), bind('', ''), execute(''), flush)
      seen.push(await client.until('G'))
      client.send(typed('d', Buffer.from('1\n2')), typed('d', Buffer.from('\n3\n')), typed('c'), sync)
      seen.push(await client.until('Z'))
      client.send(parse('', 'COPY c TO STDOUT'), bind('', ''), execute(''), sync)
      seen.push(await client.until('Z'))
      await client.end()
      return seen
    }))

  it('tells the transaction of statements of either protocol', () =>
    sameInBothRuns(
      service,
      says(
        [parse('', 'BEGIN'), bind('', ''), execute(''), sync],
        [query('SAVEPOINT s')],
        [parse('', 'SELECT 1/0'), bind('', ''), execute(''), sync],
        [sync],
        [parse('', 'ROLLBACK TO SAVEPOINT s'), bind('', ''), execute(''), sync],
        [query('COMMIT AND CHAIN')],
        [parse('', 'ROLLBACK'), bind('', ''), execute(''), sync],
      ),
    ))
})

describe('opening a connection', () => {
  it('declines encryption with GSSAPI, which nothing in JavaScript speaks', async () => {
    const { served } = await bothRuns<unknown>(service, says([query('SELECT 1')]), {
      again: async (address) => {
        const client = await RawClient.connect(address)
        client.send(untyped(80877104))
        const answer = await client.byte()
        client.send(startup({ user: address.user, database: address.database }))
        const greeting = await client.until('Z')
        await client.end()
        return [answer, greeting.at(-1)]
      },
    })
    expect(served).toEqual(['N', 'Z I'])
  })

  it('agrees on a protocol version', () =>
    sameInBothRuns(service, async (address) => {
      const client = await RawClient.connect(address)
      client.send(startup({ user: address.user, database: address.database, '_pq_.unheard_of': 'on' }, 2))
      const greeting = await client.until('Z')
      await client.end()
      return greeting
    }))

  it('answers a CancelRequest by closing', () =>
    sameInBothRuns(service, async (address) => {
      const client = await RawClient.connect(address)
      client.send(untyped(80877102, int32(1), int32(2)))
      return client.until('Z')
    }))

  it('reports what the client asked for at start-up', async () => {
    const { served } = await bothRuns(
      service,
      async (address) => {
        const client = await RawClient.connect(address)
        client.send(startup({ user: address.user, database: address.database }))
        const greeting = await client.until('Z')
        await client.end()
        return greeting
      },
      {
        again: async (address) => {
          const client = await RawClient.connect(address)
          client.send(startup({ user: 'somebody', database: address.database, timezone: 'Asia/Tokyo', application_name: 'shop' }))
          const greeting = await client.until('Z')
          await client.end()
          return greeting
        },
      },
    )
    expect(served).toEqual(
      expect.arrayContaining(['S TimeZone\0Asia/Tokyo\0', 'S application_name\0shop\0', 'S session_authorization\0somebody\0', 'Z I']),
    )
  })
})

describe('a client that is not the recorded one', () => {
  it('describes what the recorded client did not describe', async () => {
    const sql = 'SELECT $1::int AS n'
    const { served, misses } = await bothRuns(
      service,
      says([parse('', sql), bind('', '', ['7']), describeMessage('P', ''), execute(''), sync]),
      {
        again: says([parse('s', sql), describeMessage('S', 's'), sync], [bind('', 's', ['7']), execute(''), sync]),
      },
    )
    expect(misses).toEqual([])
    expect(served[0]?.map((message) => message[0]).join('')).toBe('1tTZ')
    expect(served[1]?.map((message) => message[0]).join('')).toBe('2DCZ')
  })

  it('gets rows described that nobody had described', async () => {
    const { served, misses } = await bothRuns(service, says([parse('', 'SELECT 1, 2'), bind('', ''), execute(''), sync]), {
      again: says([parse('', 'SELECT 1, 2'), bind('', ''), describeMessage('P', ''), execute(''), sync]),
    })
    expect(misses).toEqual([])
    expect(served[0]?.map((message) => message[0]).join('')).toBe('12TDCZ')
  })

  it('hears of a miss in the way of the protocol, and can go on', async () => {
    const { served, misses } = await bothRuns(service, says([query('SELECT 1')], [query('SELECT 2')]), {
      again: says(
        [query('SELECT 1')],
        [query('SELECT 3')],
        [parse('', 'SELECT 4'), bind('', ''), describeMessage('P', ''), execute(''), sync],
        [parse('', 'SELECT 5'), describeMessage('S', ''), sync],
        [query('SELECT 2')],
      ),
    })
    expect(misses).toHaveLength(3)
    expect(served.map((group) => group.map((message) => message[0]).join(''))).toEqual(['TDCZ', 'EZ', '12EZ', '1EZ', 'TDCZ'])
    expect(served[1]?.[0]).toMatch(/^E SERROR\0VERROR\0CRT001\0MNo recorded interaction answers SELECT 3\.\0DIt was asked|\0D/)
    expect(served.map((group) => group.at(-1))).toEqual(Array.from({ length: 5 }, () => 'Z I'))
  })

  it('has one miss in a transaction, not one for all that follows', async () => {
    const { served, misses } = await bothRuns(
      service,
      says([query('BEGIN')], [query('SELECT 1')], [query('COMMIT')], [query('SELECT 2')]),
      {
        again: says(
          [query('BEGIN')],
          [query('SELECT 3')],
          [query('SELECT 1')],
          [parse('', 'SELECT 1'), bind('', ''), execute(''), sync],
          [query('ROLLBACK')],
          [query('SELECT 2')],
        ),
      },
    )
    expect(misses).toHaveLength(1)
    expect(served.map((group) => group.at(-1))).toEqual(['Z T', 'Z E', 'Z E', 'Z E', 'Z I', 'Z I'])
    expect(served[2]?.[0]).toContain('25P02')
    expect(served[4]?.[0]).toBe('C ROLLBACK\0')
  })

  it('may be traced where the recorded one was not, and the other way round', async () => {
    const parent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'
    const plain = says([query('SELECT 1 AS one')], [parse('', 'SELECT $1::text'), bind('', '', ['a']), execute(''), sync])
    const traced = says(
      [query(`SELECT 1 AS one /*traceparent='${parent}'*/`)],
      [parse('', `SELECT $1::text /*db_driver='pg%3A8',traceparent='${parent}'*/`), bind('', '', ['a']), execute(''), sync],
    )
    const propagated = async (address: Address): Promise<readonly (readonly string[])[]> => {
      const [, ...seen] = await says(
        [query(`SET application_name = '${parent}'`)],
        [query('SELECT 1 AS one')],
        [parse('', 'SELECT $1::text'), bind('', '', ['a']), execute(''), sync],
      )(address)
      return seen
    }
    await sameInBothRuns(service, plain, { again: traced })
    await sameInBothRuns(service, traced, { again: plain })
    await sameInBothRuns(service, plain, { again: propagated })
    await sameInBothRuns(service, propagated, { again: plain })
  })

  it('may be talked to by a server that nothing is known of', async () => {
    const { served } = await bothRuns(service, async (address) => void (await RawClient.connect(address)), {
      again: async (address) => {
        const client = await RawClient.connect(address)
        client.send(startup({ user: 'me', database: 'mine' }))
        const greeting = await client.until('Z')
        client.send(query('SELECT 1'))
        const answer = await client.until('Z')
        await client.end()
        return [greeting, answer] as never
      },
    })
    const [greeting, answer] = served as unknown as readonly string[][]
    expect(greeting).toEqual(expect.arrayContaining(['R \0\0\0\0', 'S server_version\x0015.0\0', 'S session_authorization\0me\0', 'Z I']))
    expect(answer?.map((message) => message[0]).join('')).toBe('EZ')
  })

  it('is refused when it does not speak the protocol', async () => {
    const { served } = await bothRuns<unknown>(service, says([query('SELECT 1')]), {
      again: async (address) => {
        const client = await RawClient.open(address)
        client.send(Buffer.from('GET / HTTP/1.1\r\n\r\n'))
        return client.until('Z')
      },
    })
    expect(served).toEqual([expect.stringContaining('08P01'), 'closed'])
  })
})
