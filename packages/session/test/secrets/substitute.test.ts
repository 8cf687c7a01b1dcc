import { randomBytes, randomUUID } from 'node:crypto'
import { DrawnValues } from '@retake/redaction'
import { expect, test } from 'vitest'
import { substituteData } from '../../src/secrets/substitute.ts'

const drawn = randomUUID()
const values = new DrawnValues(randomBytes(32))

function data(id: string): object {
  return {
    plain: [1, 'two', null, { three: 3.5 }],
    ids: ['first', id, 'last'],
    [`of ${id}`]: { bytes: new TextEncoder().encode(`<${id}>`) },
    after: true,
  }
}

test('nothing is looked at before anything was drawn', () => {
  const before = data(drawn)
  expect(substituteData(before, new DrawnValues(randomBytes(32)).substitution)).toBe(before)
})

test('data of any shape: members, their names, bytes; everything else as it was, and in its place', () => {
  values.add('uuid', drawn)
  const surrogate = values.surrogateFor('uuid', drawn) as string
  const before = data(drawn)
  expect(substituteData(before, values.substitution)).toEqual(data(surrogate))
  expect(before).toEqual(data(drawn))
})

test('data in which nothing is found is the same instance, in every depth', () => {
  values.add('uuid', drawn)
  const before = data(randomUUID())
  expect(substituteData(before, values.substitution)).toBe(before)
  const plain = { untouched: ['a', 'b'] }
  const after = substituteData({ plain, id: drawn }, values.substitution)
  expect(after.id).not.toBe(drawn)
  expect(after.plain).toBe(plain)
})
