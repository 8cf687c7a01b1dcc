import { expect, test } from 'vitest'
import { ChangedApp } from './changed-app.ts'

test.each(['x-user-id', 'idempotency-key', 'apikey'])(
  'calls that differ only in the header %s never get each other’s answers',
  async (header) => {
    const call = (value: string): string => `ask('/me', { headers: { '${header}': '${value}' } })`
    await using app = await ChangedApp.record(`return [await ${call('ada')}, await ${call('bob')}]`)
    expect(await app.replay(`return [await ${call('ada')}, await ${call('bob')}]`)).toMatchObject({ pass: true, calls: { served: 2 } })
    if (header === 'apikey') return
    // In the other order each still gets its own.
    const swapped = await app.replay(`const bob = await ${call('bob')}; return [await ${call('ada')}, bob]`)
    expect(swapped).toMatchObject({ pass: true, calls: { served: 2, missed: [] } })
    const other = await app.replay(`return [await ${call('ada')}, await ${call('eve')}]`)
    expect(other).toMatchObject({ pass: false, calls: { served: 1, missing: [], missed: [{ differences: [{}] }] } })
    const reason = other.calls?.missed[0]?.reason
    expect(reason).toContain(`headers.${header} differs: "bob" → "eve"`)
    expect(reason?.replaceAll(/\s+/g, ' ')).toContain(`match: { headers: { ignore: ['${header}'] } }`)
  },
)

test('calls that differ only in a secret: told apart where the secrets are known', async () => {
  const call = (key: string): string => `ask('/me', { headers: { apikey: '${key}' } })`
  const key = { RETAKE_KEY: 'a passphrase that is long enough to be one' }
  const ada = 'f3b1c8d2e4a5967081726354'
  const bob = '0a9b8c7d6e5f41322314f5e6'
  await using app = await ChangedApp.record(`return [await ${call(ada)}, await ${call(bob)}]`, key)
  expect(await app.replay(`return [await ${call(ada)}, await ${call(bob)}]`)).toMatchObject({ pass: true, calls: { served: 2 } })
  const swapped = await app.replay(`const bob = await ${call(bob)}; return [await ${call(ada)}, bob]`)
  expect(swapped).toMatchObject({ pass: true, differences: [], calls: { served: 2, missed: [] } })
})

test('what the user says does not count is left out: headers, parameters, parts of a body', async () => {
  const call = (nonce: number): string =>
    `ask('/orders?_=${nonce}&page=1', { method: 'POST', headers: { 'x-nonce': '${nonce}', 'content-type': 'application/json' },
      body: JSON.stringify({ meta: { nonce: ${nonce} }, items: [{ id: 1, nonce: ${nonce} }] }) })`
  await using app = await ChangedApp.record(`return (await ${call(1)}).asked`)
  expect(await app.replay(`return (await ${call(2)}).asked`)).toMatchObject({ pass: false, calls: { missed: [{}] } })
  const match = { headers: { ignore: ['X-Nonce'] }, query: { ignore: ['_'] }, body: { ignore: ['meta.nonce', 'items[*].nonce'] } }
  app.write('retake.config.json', JSON.stringify({ match }))
  expect(await app.replay(`return (await ${call(2)}).asked`)).toMatchObject({ pass: true, calls: { served: 1, missed: [] } })
  const otherItem = call(2).replace('id: 1', 'id: 2')
  expect(await app.replay(`return (await ${otherItem}).asked`)).toMatchObject({ pass: false, calls: { missed: [{}] } })
})

test.each([
  [{ headers: { ignore: ['*'] } }, '`match.headers.ignore.0` must be a name'],
  [{ body: { ignore: ['*'] } }, '`match.body.ignore.0` must be the path of a part of the body'],
  [{ header: {} }, 'unknown key `header` in `match`; allowed: headers, query, body'],
  [{ query: { only: [] } }, 'unknown key `only` in `match.query`; allowed: ignore'],
])('a wrong setting is named: %j', async (match, message) => {
  await using app = await ChangedApp.record('return 1')
  app.write('retake.config.json', JSON.stringify({ match }))
  const { exitCode, stderr } = await app.command('return 1', [])
  expect({ exitCode, stderr }).toEqual({ exitCode: 2, stderr: expect.stringContaining(message) as unknown })
})
