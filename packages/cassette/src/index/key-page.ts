import type { Key64 } from '../encoding/key-hash.ts'
import { sizes } from '../encoding/format.ts'
import { Malformed } from '../encoding/malformed.ts'
import type { KeyRows } from './key-rows.ts'

/** One row of a table: where a key leads. */
export interface KeyRow extends Key64 {
  readonly first: number
  readonly second: number
}

/** Content of a page, which fills a stride of the file together with its frame's head. */
export const pageContentSize: number = sizes.page - sizes.frameHeader

/** Bits of a row's first byte. The low four say how many leading bytes of the key are those of the row before. */
const flags = { firstIsZero: 0x10, secondIsZero: 0x20, sameKeyBytes: 0x0f } as const
/** One byte of flags, eight of key, two numbers of seven and five. */
const longestRow = 21
const countSize = 2

/**
 * Cuts sorted rows into pages. A row is: flags, the key's bytes that differ from the row before, `first` (after the same
 * key: as difference), `second`; numbers are LEB128. The first row of a page is written in full.
 * @returns All pages but the last have exactly {@link pageContentSize} bytes.
 */
export function encodePages(rows: KeyRows): Buffer[] {
  const pages: Buffer[] = []
  const order = rows.sorted()
  let next = 0
  while (next < order.length) {
    const page = Buffer.alloc(pageContentSize)
    let at = countSize
    let count = 0
    let before = -1
    while (next < order.length && at + longestRow <= pageContentSize) {
      const row = order[next++] as number
      at = writeRow(page, at, rows, row, before)
      before = row
      count++
    }
    page.writeUInt16LE(count)
    pages.push(next < order.length ? page : page.subarray(0, at))
  }
  return pages
}

/** The first row's key. @throws Malformed */
export function firstKeyOf(page: Buffer): Key64 {
  if (page.length < countSize + 9 || page.readUInt16LE() === 0) throw new Malformed('a page of the index is empty')
  return { high: page.readUInt32BE(countSize + 1), low: page.readUInt32BE(countSize + 5) }
}

/** All rows of a page. @throws Malformed */
export function readPage(page: Buffer): KeyRow[] {
  if (page.length < countSize) throw new Malformed('a page of the index is empty')
  const rows: KeyRow[] = []
  const key = Buffer.alloc(8)
  const cursor = { at: countSize }
  let first = 0
  for (let count = page.readUInt16LE(); count > 0; count--) {
    const flag = page[cursor.at++]
    const same = (flag ?? 0xff) & flags.sameKeyBytes
    if (flag === undefined || same > 8 || cursor.at + 8 - same > page.length || (rows.length === 0 && same > 0))
      throw new Malformed('a row of the index is malformed')
    page.copy(key, same, cursor.at, cursor.at + 8 - same)
    cursor.at += 8 - same
    const difference = (flag & flags.firstIsZero) === 0 ? readVarint(page, cursor) : 0
    first = same === 8 ? first + difference : difference
    const second = (flag & flags.secondIsZero) === 0 ? readVarint(page, cursor) : 0
    rows.push({ high: key.readUInt32BE(0), low: key.readUInt32BE(4), first, second })
  }
  return rows
}

function writeRow(page: Buffer, start: number, rows: KeyRows, row: number, before: number): number {
  const key = Buffer.alloc(8)
  key.writeUInt32BE(rows.high(row), 0)
  key.writeUInt32BE(rows.low(row), 4)
  const same = before < 0 ? 0 : sameBytes(rows, row, before)
  const first = same === 8 ? rows.first(row) - rows.first(before) : rows.first(row)
  const second = rows.second(row)
  let at = start
  page[at++] = same | (first === 0 ? flags.firstIsZero : 0) | (second === 0 ? flags.secondIsZero : 0)
  at += key.copy(page, at, same)
  if (first !== 0) at = writeVarint(page, at, first)
  if (second !== 0) at = writeVarint(page, at, second)
  return at
}

function sameBytes(rows: KeyRows, a: number, b: number): number {
  const high = (rows.high(a) ^ rows.high(b)) >>> 0
  if (high !== 0) return Math.clz32(high) >>> 3
  const low = (rows.low(a) ^ rows.low(b)) >>> 0
  return low === 0 ? 8 : 4 + (Math.clz32(low) >>> 3)
}

function writeVarint(page: Buffer, start: number, value: number): number {
  let at = start
  let rest = value
  while (rest >= 0x80) {
    page[at++] = (rest % 0x80) | 0x80
    rest = Math.floor(rest / 0x80)
  }
  page[at++] = rest
  return at
}

function readVarint(page: Buffer, cursor: { at: number }): number {
  let value = 0
  let scale = 1
  for (let bytes = 0; bytes < 7; bytes++) {
    const byte = page[cursor.at++]
    if (byte === undefined) break
    value += (byte & 0x7f) * scale
    if (byte < 0x80) return value
    scale *= 0x80
  }
  throw new Malformed('a number of the index is malformed')
}
