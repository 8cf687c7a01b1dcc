import type { Call, Interaction } from '@retake/core'
import { expect, test } from 'vitest'
import { type Draw, findAnswer, keyOf } from '@retake/matching'
import { http, interaction, plainForms, recorded } from './takes.ts'

const uuids = Array.from({ length: 9 }, (_, n) => `b7c1f9de-6a3e-4c0b-9d61-0f4f0e6a8c0${n}`)
const u = (n: number): string => uuids[n] as string
const post = (...ids: readonly string[]): Call => http('POST', 'http://a/orders', { body: { ids } })
/** @param drawn Draws before the call, when it was recorded. */
const after = (drawn: number, call: Call, id: number): Interaction => ({ ...interaction(id, call), drawn })

/** What calls get that are asked one after the other, each when so many of `live` were drawn. */
function answers(
  take: readonly Interaction[],
  draws: number,
  live: readonly string[],
  asked: readonly (readonly [drawn: number, call: Call])[],
): (number | string)[] {
  const own = recorded('own', take, [{ kind: 'uuid', size: 0, values: uuids.slice(0, draws) }])
  return asked.map(([drawn, call]) => {
    const liveDraws = (): Draw[] => live.slice(0, drawn).map((value) => ({ kind: 'uuid', value }))
    const answer = findAnswer(call, keyOf(call, plainForms), { own, liveDraws })
    return answer.how === 'missed' ? 'missed' : `${answer.how} ${answer.interaction.id}`
  })
}

test('one draw more before a call that carries one', () => {
  expect(answers([after(1, post(u(0)), 0)], 1, [u(0), u(7)], [[2, post(u(7))]])).toEqual(['changed 0'])
})

test('as many draws as recorded: another one is another call', () => {
  expect(answers([after(2, post(u(0)), 0)], 2, [u(0), u(1)], [[2, post(u(1))]])).toEqual(['missed'])
})

test('two that changed places are another call, also where there was one draw more', () => {
  const take = [after(2, post(u(0), u(1)), 0)]
  expect(answers(take, 2, [u(0), u(1)], [[2, post(u(1), u(0))]])).toEqual(['missed'])
  expect(answers(take, 3, [u(0), u(1), u(2)], [[3, post(u(2), u(1))]])).toEqual(['missed'])
  expect(answers(take, 3, [u(0), u(1), u(2)], [[3, post(u(1), u(2))]])).toEqual(['changed 0'])
})

test('one stands for one throughout the take', () => {
  const take = [after(1, post(u(0)), 0), after(1, http('GET', `http://a/${u(0)}`), 1)]
  const live = [u(0), u(7), u(8)]
  expect(
    answers(take, 1, live, [
      [2, post(u(7))],
      [3, http('GET', `http://a/${u(8)}`)],
      [3, http('GET', `http://a/${u(7)}`)],
    ]),
  ).toEqual(['changed 0', 'missed', 'changed 1'])
})

test('one draw fewer: the same ones, a place earlier', () => {
  const take = [1, 2, 3].map((n) => after(n + 1, post(u(n)), n))
  expect(
    answers(take, 4, uuids, [
      [1, post(u(0))],
      [2, post(u(1))],
      [3, post(u(2))],
    ]),
  ).toEqual(['changed 1', 'changed 2', 'changed 3'])
})

test('a text that is equal to the mark of a draw is none', () => {
  const take = [after(1, post('\0{{uuid@0}}\0'), 0)]
  expect(answers(take, 1, [u(0), u(7)], [[2, post(u(7))]])).toEqual(['missed'])
})

test('where nobody counted draws nothing shifts', () => {
  expect(answers([interaction(0, post(u(0)))], 1, [u(0), u(7)], [[2, post(u(7))]])).toEqual(['missed'])
})
