import { describe, expect, test } from 'vitest'
import { facadeOf, isBehindFacade } from '../../src/ids/facade.ts'
import { mintingFile } from '../../src/ids/registry.ts'

const at = (path: string, source: string): string | undefined => {
  const minting = mintingFile(path)
  return minting === undefined ? undefined : facadeOf(minting, new URL(`file://${path}`), path, source)
}

describe('files that mint ids', () => {
  test.each([
    ['/app/node_modules/uuid/dist-node/v7.js', ['default']],
    ['/app/node_modules/.pnpm/uuid@8.3.2/node_modules/uuid/dist/rng.js', ['default']],
    ['C:\\app\\node_modules\\nanoid\\index.cjs', ['nanoid', 'customAlphabet', 'random']],
    ['/app/node_modules/@paralleldrive/cuid2/index.js', ['createId', 'init']],
    ['/app/node_modules/mongodb/node_modules/bson/lib/bson.cjs', ['ObjectId']],
  ])('%s', (path, names) => {
    expect(mintingFile(path)?.names).toEqual(names)
  })

  test.each([
    '/app/v7.js',
    '/app/node_modules/uuid-like/v7.js',
    '/app/node_modules/uuid/dist/v5.js',
    '/app/node_modules/x/uuid/v7.js',
    'uuid',
  ])('not %s', (path) => {
    expect(mintingFile(path)).toBeUndefined()
  })
})

describe('a facade', () => {
  const path = '/app/node_modules/nanoid/index.js'

  test('stands for what the module exports, and adds no name', () => {
    const facade = at(path, 'export function nanoid() {}\nexport { random, other as more }\nexport default nanoid')
    expect(facade).toContain('nanoid: replaced0, random: replaced1')
    expect(facade).not.toContain('customAlphabet')
    expect(facade).toContain('export { default } from')
  })

  test.each(['export const nanoid = 1', 'let nanoid\nexport { a, nanoid, b }', 'export {nanoid}', 'const a = 1\nexport { a as nanoid }'])(
    'of %j',
    (source) => {
      expect(at(path, source)).toContain('replaced0 as nanoid')
    },
  )

  test.each(['module.exports = { nanoid }', 'export const other = 1', 'exports.nanoid = nanoid'])('none for %j', (source) => {
    expect(at(path, source)).toBeUndefined()
  })

  test('has none itself, nor has what stands behind it', () => {
    const facade = at(path, 'export const nanoid = 1') ?? ''
    expect(at(path, facade)).toBeUndefined()
    const behind = /from "([^"]*)"/.exec(facade)?.[1] ?? ''
    expect(isBehindFacade(new URL(behind))).toBe(true)
  })
})
