import { expect, test } from 'vitest'
import { ChangedApp } from './changed-app.ts'

// A service that the recording knows nothing of is asked over TLS: there is no certificate to show, and the app must hear of the miss.
test.each([
  ['fetch', `await fetch('https://never.example/x').catch((thrown) => thrown.cause.code)`],
  [
    'node:https',
    `await new Promise((resolve) => {
      process.getBuiltinModule('node:https').get('https://never.example/x', { agent: false }).on('error', ({ code }) => resolve(code))
    })`,
  ],
])('%s to a host that was never recorded is missed by its name', async (_client, call) => {
  const handler = `return (await ask('/a')).url`
  await using app = await ChangedApp.record(handler)
  const changed = await app.replay(`await ask('/a'); return ${call}`)
  expect(changed.calls?.missed).toMatchObject([{ label: expect.stringContaining('never.example/x') }])
  expect(changed).toMatchObject({ pass: false, differences: [{ replayed: '"RETAKE_MISS"' }] })
})
