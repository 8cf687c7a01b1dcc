const fs = require('node:fs')
const { RetakeError, useCassette, withCassette } = require('retake')
const { rows } = require('./rows.cjs')

test('the function and the block', async () => {
  const first = await withCassette('one/function', () => rows(1))
  const cassette = await useCassette('one/block')
  const second = await rows(2)
  await cassette.close()
  expect(first[0].at).toBeInstanceOf(Date)
  fs.writeFileSync(`${process.env.RESULT}.one`, JSON.stringify({ first, second }))
})

test('an error is one of ours in the realm of the test, too', async () => {
  const error = await withCassette('one/never', { mode: 'replay' }, () => rows(3)).catch((reason) => reason)
  expect(error).toBeInstanceOf(RetakeError)
  expect(error.code).toBe('RETAKE_CASSETTE_MISSING')
})
