import assert from 'node:assert/strict'
import { test } from 'node:test'
import { useCassette, withCassette } from 'retake'
import { convert } from '../src/convert.js'
import { freeBytes } from '../src/disk.js'

const recording = process.env.RETAKE_MODE === 'record'

test('converts at the rate of the day that was recorded', async () => {
  const convertBoth = () => Promise.all([convert(1000, 'EUR', 'USD'), convert(250, 'USD', 'JPY')])
  const results = await withCassette('convert/euro-to-dollar', convertBoth)
  for (const { cents, rate } of results) assert.equal(cents > 0 && rate > 0, true)
  // The same answers every time, and `at` too: clocks are recorded.
  if (!recording) assert.deepEqual(await withCassette('convert/euro-to-dollar', convertBoth), results)
})

// XXX is the code that ISO 4217 has for no currency.
test('an error is recorded like any other answer', async () => {
  await withCassette('convert/unknown-currency', () =>
    assert.rejects(convert(1000, 'EUR', 'XXX'), { message: 'no rate from EUR to XXX: 404 unknown currency' }),
  )
})

test('a seam covers what no wire protocol does', async () => {
  const cassette = await useCassette('disk/free')
  const free = await freeBytes('.')
  await cassette.close()
  // The disk of the day of the recording.
  if (cassette.mode === 'replay') assert.equal(free, await withCassette('disk/free', () => freeBytes('.')))
  else assert.equal(free > 0, true)
})

test('what was not recorded is not answered', { skip: recording }, async () => {
  await withCassette('convert/unknown-currency', { calls: 'off' }, () =>
    assert.rejects(convert(1000, 'EUR', 'CHF'), (error) => {
      // fetch wraps what went wrong below it; the explanation names the nearest recorded call.
      assert.equal(error.cause.code, 'RETAKE_MISS')
      assert.match(error.cause.message, /rates\/EUR\/XXX/)
      return true
    }),
  )
})
