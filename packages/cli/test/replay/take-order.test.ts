import { expect, test } from 'vitest'
import { orderTakes, parseTakeOrder } from '../../src/replay/take-order.ts'

const takes = Array.from({ length: 50 }, (_, index) => index)

test('recorded, reversed', () => {
  expect(orderTakes(takes, parseTakeOrder('recorded', 1))).toEqual(takes)
  expect(orderTakes(takes, parseTakeOrder('reversed', 1))).toEqual([...takes].reverse())
})

test('random is a permutation that its seed repeats', () => {
  const once = orderTakes(takes, parseTakeOrder('random:7', 1))
  expect(once).toEqual(orderTakes(takes, parseTakeOrder('random', 7)))
  expect(once).not.toEqual(takes)
  expect(once).not.toEqual(orderTakes(takes, parseTakeOrder('random:8', 1)))
  expect(once.toSorted((a, b) => a - b)).toEqual(takes)
})

test.each(['', 'sorted', 'random:', 'random:x', 'random:-1'])('%j is no order', (text) => {
  expect(() => parseTakeOrder(text, 1)).toThrow(/--order/)
})
