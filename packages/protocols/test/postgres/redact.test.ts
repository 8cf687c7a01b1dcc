import type { Call, FieldRedactor, Interaction } from '@retake/core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import pg from 'pg'
import { to as copyTo } from 'pg-copy-streams'
import { postgres } from '../../src/postgres/index.ts'
import { type PostgresService, startPostgres } from '../../../../test/services/postgres.ts'
import { type Address, bothRuns } from '../harness/postgres-runs.ts'

/** Replaces what is named `email` or `password`, and addresses in free text; what it writes has another length. */
const redactor: FieldRedactor = {
  tells: (name) => /^(?:email|password)$/i.test(name),
  named: (name, value) => (/^(?:email|password)$/i.test(name) && value !== '' ? `<${name}>` : value),
  text: (text) => text.replace(/[\w.]+@[\w.]+/g, '<email>'),
  body: (bytes, mediaType) => {
    const text = Buffer.from(bytes).toString('utf8')
    const redacted = mediaType === 'application/json' ? text.replace(/"(email|password)":\s*"[^"]*"/g, '"$1":"<$1>"') : text
    return redacted === text ? bytes : Buffer.from(redacted)
  },
}

function callWith(fields: Call['fields']): Interaction {
  return {
    id: 0,
    call: { protocol: 'postgres', target: 'db', label: 'not redacted yet', effect: 'write', fields },
    outcome: { kind: 'stream', chunks: [], ending: { kind: 'complete' }, endedAt: 0 },
    startedAt: 0,
  }
}

const redactedSql = (sql: string): unknown => postgres.redact(callWith({ sql }), redactor).call.fields['sql']
const redactedParams = (sql: string, ...params: (string | null)[]): unknown =>
  postgres.redact(callWith({ sql, params }), redactor).call.fields['params']

describe('redacting a call', () => {
  it('finds literals by the column that they belong to', () => {
    expect(redactedSql("CREATE ROLE shop LOGIN PASSWORD 'hunter2' VALID UNTIL '2030-01-01'")).toBe(
      "CREATE ROLE shop LOGIN PASSWORD '<password>' VALID UNTIL '2030-01-01'",
    )
    expect(redactedSql("INSERT INTO users (name, email) VALUES ('Ann', 'x'), ('it''s', 'y'), (lower('C'), lower('z'))")).toBe(
      "INSERT INTO users (name, email) VALUES ('Ann', '<email>'), ('it''s', '<email>'), (lower('C'), lower('<email>'))",
    )
    expect(redactedSql("UPDATE users SET password = E'a\\'b', name = 'n' WHERE u.email IN ('p', 'q') AND name = 'm'")).toBe(
      "UPDATE users SET password = E'<password>', name = 'n' WHERE u.email IN ('<email>', '<email>') AND name = 'm'",
    )
    expect(redactedSql("SELECT 'write to a@b.c' AS hint")).toBe("SELECT 'write to <email>' AS hint")
    expect(redactedSql('SELECT 1')).toBe('SELECT 1')
  })

  it('finds literals by what they are called in the answer, and by the key before them; comments are texts', () => {
    expect(redactedSql("SELECT 'x' AS password, 'y'::text AS \"email\", 7 AS n, 'z' AS note")).toBe(
      "SELECT '<password>' AS password, '<email>'::text AS \"email\", 7 AS n, 'z' AS note",
    )
    expect(redactedSql("SELECT jsonb_build_object('email', 'x', 'n', lower('email'), 'password', 'y') AS data")).toBe(
      "SELECT jsonb_build_object('email', '<email>', 'n', lower('email'), 'password', '<password>') AS data",
    )
    expect(redactedSql("SELECT 1 /* for a@b.c */ -- and d@e.f\n, 'a--b' AS x")).toBe(
      "SELECT 1 /* for <email> */ -- and <email>\n, 'a--b' AS x",
    )
    expect(redactedParams('SELECT $1 AS password, $2::text AS n', 'x', 'y')).toEqual(['<password>', 'y'])
  })

  it('finds parameters by the column that they belong to', () => {
    expect(
      redactedParams('INSERT INTO users (name, email, password) VALUES ($1, $2, crypt($3, gen_salt($4)))', 'Ann', 'x', 'pw', 'bf'),
    ).toEqual(['Ann', '<email>', '<password>', '<password>'])
    expect(
      redactedParams('SELECT * FROM users WHERE lower(email) = $1 AND id = $2 AND "email" = ANY ($3::text[])', 'x', '1', '{x}'),
    ).toEqual(['<email>', '1', '<email>'])
    expect(redactedParams('SELECT $1, $2', 'from a@b.c', null)).toEqual(['from <email>', null])
    expect(redactedParams('INSERT INTO events (data) VALUES ($1)', '{"email": "x", "n": 1}')).toEqual(['{"email":"<email>", "n": 1}'])
  })

  it('rewrites the label with it, and leaves what is not secret as it is', () => {
    expect(postgres.redact(callWith({ sql: "ALTER ROLE a PASSWORD 'x'" }), redactor).call.label).toBe("ALTER ROLE a PASSWORD '<password>'")
    const untouched = callWith({ sql: 'SELECT $1', params: ['1'] })
    expect(postgres.redact(untouched, redactor)).toBe(untouched)
  })
})

async function copied(client: pg.Client, sql: string): Promise<string> {
  let text = ''
  for await (const piece of client.query(copyTo(sql))) text += String(piece)
  return text
}

describe('redacting an answer', () => {
  let service: PostgresService
  beforeAll(async () => {
    service = await startPostgres()
  })
  afterAll(() => service.stop())

  const run = async (address: Address): Promise<unknown> => {
    const client = new pg.Client(address)
    await client.connect()
    const seen: unknown[] = []
    const notices: unknown[] = []
    client.on('notice', ({ message }) => notices.push(message))
    await client.query('CREATE TEMP TABLE users (id int, email text UNIQUE, data jsonb, note text)')
    await client.query(`INSERT INTO users VALUES (1, 'ann@example.org', '{"email": "ann@example.org"}', 'n')`)
    const all = 'SELECT id, email, data, note, NULL AS password FROM users WHERE id = $1'
    seen.push((await client.query(all, [1])).rows)
    seen.push((await client.query({ text: all, values: [1], binary: true } as pg.QueryConfig)).rows)
    seen.push((await client.query('SELECT id, email FROM users; SELECT data AS again FROM users')) && 'several')
    seen.push(await client.query("INSERT INTO users (email) VALUES ('ann@example.org')").catch(({ detail }: { detail: string }) => detail))
    seen.push(await copied(client, 'COPY users (id, email, data, note) TO STDOUT'))
    await client.query("DO $$ BEGIN RAISE NOTICE 'mail to ann@example.org'; END $$")
    await client.end()
    return [seen, notices]
  }

  it('leaves nothing of the secret in it, and frames that clients can read', async () => {
    const secret = Buffer.from('ann@example.org')
    let kept: readonly Interaction[] = []
    const { served, misses } = await bothRuns(service, run, {
      between: (interactions) => {
        // Calls are compared in their redacted form; here only answers are redacted, so that the test's player finds them.
        kept = interactions.map((interaction) => ({ ...postgres.redact(interaction, redactor), call: interaction.call }))
        return kept
      },
    })
    expect(misses).toEqual([])
    const leaking = kept.filter(
      ({ outcome }) => outcome.kind === 'stream' && outcome.chunks.some(({ bytes }) => Buffer.from(bytes).includes(secret)),
    )
    expect(leaking.map(({ call }) => call.label)).toEqual([])
    const row = { id: 1, email: '<email>', data: { email: '<email>' }, note: 'n', password: null }
    expect(served).toEqual([
      [
        [row],
        [expect.objectContaining({ email: '<email>', note: 'n' })],
        'several',
        'Key (email)=(<email>) already exists.',
        '1\t<email>\t{"email":"<email>"}\tn\n',
      ],
      ['mail to <email>'],
    ])
  })
})
