import type { Difference } from '@retake/comparison'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { plainScreen, renderDifference } from '@retake/report'
import { layOutJson } from '../src/json-layout.ts'

test('lays out as JSON.stringify does', () => {
  fc.assert(
    fc.property(
      fc.jsonValue().filter((value) => !JSON.stringify(value).includes('-0')),
      (value) => {
        expect(layOutJson(JSON.stringify(value))).toBe(JSON.stringify(value, undefined, 2))
      },
    ),
  )
})

test('keeps numbers that a double cannot hold', () => {
  const list = (last: string): string => `[${Array.from({ length: 40 }, (_, index) => index).join(',')},${last}]`
  const difference: Difference = {
    path: 'body',
    class: 'value',
    recorded: list('9007199254740993'),
    replayed: list('9007199254740992'),
    reason: '',
  }
  expect(renderDifference(difference, plainScreen).map((line) => line.trim())).toContain('-   9007199254740993')
})

test('leaves what is no JSON alone', () => expect(layOutJson('{"a":1,…')).toBeUndefined())
