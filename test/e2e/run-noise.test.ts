import { expect, test } from 'vitest'
import { ChangedApp } from './changed-app.ts'

const made = `
  const order = { id: crypto.randomUUID(), total: 4200 }
  return { ...order, self: '/orders/' + order.id }
`
const logged = made.replace('const order', 'console.log(crypto.randomUUID()); const order')

test('an id that changed code drew may be another one, and nothing else; strict wants the recorded one', async () => {
  await using app = await ChangedApp.record(made)
  const changed = await app.replay(logged)
  expect(changed).toMatchObject({ pass: true, exitCode: 0, differences: [] })
  expect(changed.tolerated.map(({ path }) => path)).toEqual(['body.id', 'body.self'])
  expect(changed.warnings).toContainEqual(expect.stringMatching(/^another value at body\.id: 1 more uuid than recorded/))

  for (const wrong of [
    logged.replace('4200', '4300'),
    logged.replace('+ order.id', '+ crypto.randomUUID()'),
    logged.replace('id: crypto.randomUUID()', 'id: crypto.randomUUID().slice(1)'),
    made.replace('crypto.randomUUID()', "'5f0c1a2b-3d4e-4f60-8a7b-000000000000'"),
  ]) {
    expect(await app.replay(wrong), wrong).toMatchObject({ pass: false, exitCode: 1 })
  }

  app.write('retake.config.json', '{ "deviations": "strict" }')
  const strict = await app.replay(logged)
  expect(strict.pass).toBe(false)
  expect(strict.differences.map(({ path }) => path)).toEqual(['body.id', 'body.self'])
})
