import type { Call, FieldValue } from '@retake/core'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Answer, type Draw, findAnswer, keyOf, type RecordedCalls } from '@retake/matching'
import { plainForms, recorded } from './takes.ts'

// The promise: whatever was recorded and whatever is asked, an answer is that of an equal call, or, where it is reported
// as changed, of one that is equal but for draws that stand in each other's place.

const uuids = [
  'b7c1f9de-6a3e-4c0b-9d61-0f4f0e6a8c11',
  '2f1d8a54-9c77-4e2a-8b3d-5a6c7e8f9012',
  '0d9e8f7a-6b5c-4d3e-8f2a-1b0c9d8e7f6a',
] as const
const drawnLive = ['c4b3a291-8f7e-4d6c-9b5a-4f3e2d1c0b9a', '5e4d3c2b-1a09-4f8e-9d7c-6b5a49382716', uuids[0]] as const

const value: fc.Arbitrary<FieldValue> = fc.oneof(
  fc.constantFrom<FieldValue>(1, '1', null, 'a', Uint8Array.of(97), ['a'], { a: 1 }),
  fc.constantFrom(...uuids, ...drawnLive),
  fc.constantFrom(...uuids, ...drawnLive).map((id) => `see /orders/${id}/lines`),
)
const call: fc.Arbitrary<Call> = fc.record({
  protocol: fc.constantFrom('p', 'q'),
  target: fc.constant('t'),
  label: fc.constant('l'),
  effect: fc.constantFrom('read', 'write', 'session', 'transaction'),
  fields: fc.record({ a: value, b: value }),
})
const calls = fc.array(call, { maxLength: 8 })

test('no wrong answer, and none that is given twice without saying so', () => {
  const setting = fc.record({ own: calls, main: calls, other: calls, asked: calls, drawn: fc.nat({ max: 3 }) })
  fc.assert(
    fc.property(setting, ({ own, main, other, asked, drawn }) => {
      const draws = uuids.slice(0, drawn)
      const ownCalls = recorded('own', own, [{ kind: 'uuid', size: 0, values: draws }])
      const mainCalls = recorded('main', main)
      const otherCalls = recorded('other', other)
      const live: Draw[] = drawnLive.slice(0, drawn).map((id) => ({ kind: 'uuid', value: id }))
      const served = new Set<unknown>()
      for (const one of [...asked, ...own, ...other]) {
        const pools = { own: ownCalls, main: mainCalls, elsewhere: lender(otherCalls), liveDraws: () => live }
        const answer = findAnswer(one, keyOf(one, plainForms), pools)
        check(one, answer)
        if (answer.how !== 'served' && answer.how !== 'changed') continue
        expect(served.has(answer.interaction)).toBe(false)
        served.add(answer.interaction)
      }
      const used = ownCalls.take.interactions.filter((interaction) => ownCalls.isUsed(interaction))
      expect(used).toHaveLength(served.size)
    }),
    { numRuns: 1500 },
  )
})

function check(asked: Call, answer: Answer): void {
  if (answer.how === 'missed') return
  const { call: answered } = answer.interaction
  expect(answered.protocol).toBe(asked.protocol)
  if (answer.how === 'changed') expect(shape(answered.fields)).toEqual(shape(asked.fields))
  else expect(answered.fields).toEqual(asked.fields)
  if (answer.how === 'repeated') expect(asked.effect).not.toBe('write')
}

/** With every id that was drawn on either side replaced: only those may differ. */
function shape(fields: Call['fields']): string {
  let text = JSON.stringify(fields, (_name, member: unknown) => (member instanceof Uint8Array ? { bytes: [...member] } : member))
  for (const id of [...uuids, ...drawnLive]) text = text.replaceAll(id, '<id>')
  return text
}

function lender(take: RecordedCalls): (key: string) => { take: string; calls: RecordedCalls; interaction: number } | undefined {
  return (key) => {
    const [first] = take.withKey(key)
    return first === undefined ? undefined : { take: take.take.id, calls: take, interaction: first.id }
  }
}
