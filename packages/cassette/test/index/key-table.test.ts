import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { encodePages, firstKeyOf, pageContentSize, readPage } from '../../src/index/key-page.ts'
import { KeyRows } from '../../src/index/key-rows.ts'
import { KeyTable } from '../../src/index/key-table.ts'

/** Few different halves, so that keys share bytes, and are equal, as often as not. */
const half = fc.oneof(fc.constantFrom(0, 1, 255, 256, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff), fc.nat(0xffff_ffff))
const row = fc.record(
  { high: half, low: half, first: fc.oneof(fc.nat(3), fc.nat(2 ** 31 - 1), fc.constant(2 ** 47)), second: half },
  { noNullPrototype: true },
)

describe('a table', () => {
  it('finds every row of a key, in order, and the last one before a key', () => {
    fc.assert(
      fc.property(fc.array(row, { maxLength: 900 }), row, (rows, other) => {
        const table = tableOf(rows)
        const sorted = [...rows].sort((a, b) => a.high - b.high || a.low - b.low || a.first - b.first || a.second - b.second)
        for (const key of [...rows.slice(0, 20), other]) {
          expect(table.find(key)).toEqual(sorted.filter(({ high, low }) => high === key.high && low === key.low))
          const floor = sorted.findLast(({ high, low }) => high < key.high || (high === key.high && low <= key.low))
          const found = table.floor(key)
          expect(found && [found.high, found.low]).toEqual(floor && [floor.high, floor.low])
        }
      }),
      { numRuns: 60 },
    )
  })

  it('finds one key over many pages', () => {
    const rows = Array.from({ length: 5000 }, (_, second) => ({ high: 7, low: 7, first: 0, second }))
    const around = [
      { high: 7, low: 6, first: 1, second: 1 },
      { high: 7, low: 8, first: 2, second: 2 },
    ]
    const table = tableOf([...rows, ...around])
    expect(table.find({ high: 7, low: 7 })).toEqual(rows)
    expect(table.find({ high: 7, low: 8 })).toEqual([around[1]])
  })
})

function tableOf(rows: readonly { high: number; low: number; first: number; second: number }[]): KeyTable {
  const all = new KeyRows()
  for (const { first, second, ...key } of rows) all.add(key, first, second)
  const pages = encodePages(all)
  for (const page of pages.slice(0, -1)) expect(page).toHaveLength(pageContentSize)
  return new KeyTable({
    pages: pages.length,
    firstKey: (page) => firstKeyOf(pages[page] as Buffer),
    rows: (page) => readPage(pages[page] as Buffer),
  })
}
