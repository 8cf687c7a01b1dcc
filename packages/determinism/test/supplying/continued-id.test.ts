import { decodeTime } from 'ulid'
import { expect, test } from 'vitest'
import { continuedId } from '../../src/supplying/continued-id.ts'
import { KeyedGenerator } from '../../src/supplying/keyed-generator.ts'

const time = Date.UTC(2024, 4, 5, 6, 7, 8)
const make = (pattern: string): string => continuedId(pattern, new KeyedGenerator(['a cassette', 'a take']), () => time)

/** Digits, letters and the rest, each by its class. */
const shape = (id: string): string => id.replaceAll(/\d/g, '0').replaceAll(/[a-z]/g, 'a').replaceAll(/[A-Z]/g, 'A')

test.each([
  '01a203a4-ac76-740b-9101-e1bb25bbe43c',
  '6b02fc8b2bb75fb8ae83f542',
  '01M81TN0BRYNT31B7K9979WDZV',
  'hcn89er0kuk0za4zyjukhhl3',
  'V1StGXR8_Z5jdHi6B-myT',
])('an id like %s is another one, and the same in each run', (pattern) => {
  expect(make(pattern)).toHaveLength(pattern.length)
  expect(make(pattern)).not.toBe(pattern)
  expect(make(pattern)).toBe(make(pattern))
})

test.each(['hcn89er0kuk0za4zyjukhhl3', 'V1StGXR8_Z5jdHi6B-myT'])('characters of %s stay of their class', (pattern) => {
  expect(shape(make(pattern))).toBe(shape(pattern))
})

test.each([
  ['1', 'eb03d8a0-a8d5-11f0-9b1f-4f7a5c2d1e33'],
  ['6', '1f0a8d5e-b03d-68a0-9b1f-4f7a5c2d1e33'],
  ['7', '01a203a4-ac76-740b-9101-e1bb25bbe43c'],
])('a uuid of version %s stays one', (version, pattern) => {
  expect(make(pattern)).toMatch(new RegExp(`^[\\da-f]{8}-[\\da-f]{4}-${version}[\\da-f]{3}-[89ab][\\da-f]{3}-[\\da-f]{12}$`))
})

test('what begins with a time begins with the time of the take', () => {
  const uuid = make('01a203a4-ac76-740b-9101-e1bb25bbe43c')
  expect(Number.parseInt(uuid.slice(0, 8) + uuid.slice(9, 13), 16)).toBe(time)
  expect(Number.parseInt(make('6b02fc8b2bb75fb8ae83f542').slice(0, 8), 16)).toBe(time / 1000)
  expect(decodeTime(make('01M81TN0BRYNT31B7K9979WDZV'))).toBe(time)
})
