import { expect, test } from 'vitest'
import { PatchRegistry } from '@retake/core'

test('puts back what was there, attributes included', () => {
  const target = Object.defineProperty({}, 'a', { value: 1, enumerable: false, writable: true, configurable: true }) as { a: number }
  const before = Object.getOwnPropertyDescriptor(target, 'a')
  const patches = new PatchRegistry()
  patches.replace(target, 'a', 2)
  patches.replace(target, 'b', 3)
  expect(target).toMatchObject({ b: 3 })
  expect(target.a).toBe(2)
  patches.undoAll()
  expect(Object.getOwnPropertyDescriptor(target, 'a')).toEqual(before)
  expect('b' in target).toBe(false)
})

test('leaves a property alone that somebody else wrapped after us', () => {
  const target = { a: 1 }
  const patches = new PatchRegistry()
  patches.replace(target, 'a', 2)
  target.a = 3
  patches.undoAll()
  expect(target.a).toBe(3)
})
