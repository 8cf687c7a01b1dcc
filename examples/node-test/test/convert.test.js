import assert from 'node:assert/strict'
import { test } from 'node:test'
import { RetakeError, useCassette, withCassette } from 'retake'
import { convert } from '../src/convert.js'
import { freeBytes } from '../src/disk.js'

const recording = process.env.RETAKE_MODE === 'record'

test('converts at the rate of the day that was recorded', async () => {
  const results = await withCassette('convert/euro-to-dollar', () => Promise.all([convert(1000, 'EUR', 'USD'), convert(250, 'USD', 'JPY')]))
  for (const { cents, rate, at } of results) {
    assert.equal(cents > 0 && rate > 0, true)
    // The clock is the recorded one.
    if (!recording) assert.equal(at.slice(0, 4), '2026')
  }
})

test('an error is recorded like any other answer', async () => {
  await withCassette('convert/unknown-currency', () =>
    assert.rejects(convert(1000, 'EUR', 'XXX'), { message: 'no rate from EUR to XXX: 404 unknown currency' }),
  )
})

test('a seam covers what no wire protocol does', async () => {
  const cassette = await useCassette('disk/free')
  const first = await freeBytes('.')
  assert.equal(typeof first, 'number')
  await cassette.close()
})

test('what was not recorded is not answered', { skip: recording }, async () => {
  await assert.rejects(
    withCassette('convert/unknown-currency', () => convert(1000, 'EUR', 'CHF')),
    (error) => error.cause instanceof RetakeError || error instanceof RetakeError,
  )
})
