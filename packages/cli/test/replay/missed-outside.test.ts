import type { AccountedCall } from '@retake/core'
import { expect, test } from 'vitest'
import { missedOutside } from '../../src/replay/missed-outside.ts'

const call = (label: string, reason?: string): AccountedCall => ({
  protocol: 'http1',
  label,
  effect: 'write',
  ...(reason !== undefined && { reason }),
})

test('what was asked again and again is told once, in the order of first asking', () => {
  const fetched = call('POST /fetch', 'Nothing recorded answers POST /fetch')
  expect(missedOutside([{ missed: [fetched, call('POST /other'), fetched] }, { missed: [fetched] }])).toEqual([
    'retake warn: outside of all takes, 3 times: Nothing recorded answers POST /fetch',
    'retake warn: outside of all takes: POST /other',
  ])
})
