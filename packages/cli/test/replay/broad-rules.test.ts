import { compare } from '@retake/comparison'
import type { HttpResponse } from '@retake/core'
import { expect, test } from 'vitest'
import { refusingBroadRules } from '../../src/replay/broad-rules.ts'

const answer = (body: unknown): HttpResponse => ({
  status: 200,
  reason: 'OK',
  httpVersion: '1.1',
  rawHeaders: ['content-type', 'application/json'],
  body: Buffer.from(JSON.stringify(body)),
})

function reasons(noise: readonly string[], recorded: unknown, replayed: unknown): readonly string[] {
  const [before, now] = [answer(recorded), answer(replayed)]
  const { pass, differences } = refusingBroadRules(compare(before, now, { rules: { noise } }), before, now, { noise })
  expect(pass).toBe(differences.length === 0)
  return differences.map(({ path, reason }) => `${path}: ${reason}`)
}

const user = { name: 'Ada', age: 36, tags: ['a', 'b'] }

test('a rule for an object of which one value drifts is refused, and names the value', () => {
  expect(reasons(['body.user'], { user }, { user: { ...user, age: 37 } })).toEqual([
    'body.user: `noise: body.user` is broader than the drift: of 4 values there body.user.age differs; name it instead',
  ])
  expect(reasons(['body.users[*]'], { users: [user, user] }, { users: [user, { ...user, age: 37, name: 'Eda' }] })).toEqual([
    'body.users[1]: `noise: body.users[*]` is broader than the drift: of 4 values there body.users[1].name, body.users[1].age differ; name them instead',
  ])
})

test('a rule for what drifts as a whole, for a single value, or for what does not differ now is right', () => {
  expect(reasons(['body.load'], { load: [1, 2] }, { load: [3, 4] })).toEqual([])
  expect(reasons(['body.user.age'], { user }, { user: { ...user, age: 37 } })).toEqual([])
  expect(reasons(['body.user'], { user }, { user })).toEqual([])
  expect(reasons(['headers.x-build', 'body.prices.*'], { prices: { a: 1 } }, { prices: { a: 2 } })).toEqual([])
})
