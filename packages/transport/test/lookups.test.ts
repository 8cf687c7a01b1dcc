import { describe, expect, it } from 'vitest'
import { compareRuns } from './stage/compare.ts'

describe.each(['esm', 'cjs'] as const)('%s', (format) => {
  it('look-ups of the app are heard and answered, those of net are not', async () => {
    const { log } = await compareRuns('lookups', undefined, format)
    const calls = log.flatMap((entry) => (entry.kind === 'lookup' ? [entry.call.method] : []))
    expect(calls).toEqual(['lookup', 'lookup', 'lookup', 'lookup', 'lookup', 'lookupService', 'lookupService', 'resolve4', 'resolveTxt'])
  })

  it('datagrams are swallowed', async () => {
    const { swallowed, log } = await compareRuns('datagrams', undefined, format)
    expect(log).toEqual([])
    const lengths = swallowed.map((entry) => (entry.kind === 'swallowed' ? entry.description.split(' ')[1] : ''))
    expect(lengths).toEqual(['5', '6', '7', '17'])
  })
})
