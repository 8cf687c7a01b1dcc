import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { calledByInfrastructure } from '../../src/supplying/infrastructure.ts'

const directory = mkdtempSync(join(tmpdir(), 'infrastructure-'))
const caller = (name: string): string => {
  const folder = join(directory, 'node_modules', name, 'lib')
  mkdirSync(folder, { recursive: true })
  const file = join(folder, 'caller.mjs')
  writeFileSync(file, 'export const call = (entry) => entry()')
  return pathToFileURL(file).href
}
beforeAll(() => mkdirSync(directory, { recursive: true }))
afterAll(() => rmSync(directory, { recursive: true }))

const entry = (): boolean => calledByInfrastructure(entry)

test.each(['pg', 'pg-pool', 'undici', '@redis/client', 'mongodb'])('%s is infrastructure', async (name) => {
  const { call } = (await import(caller(name))) as { call(run: () => boolean): boolean }
  expect(call(entry)).toBe(true)
})

test.each(['p-retry', 'pg-boss', 'my-redis', 'lodash'])('%s is not', async (name) => {
  const { call } = (await import(caller(name))) as { call(run: () => boolean): boolean }
  expect(call(entry)).toBe(false)
})

test('code of the app is not, whoever calls it, and nothing is left behind', () => {
  const { prepareStackTrace, stackTraceLimit } = Error
  expect(entry()).toBe(false)
  let byNode: boolean | undefined
  new (process.getBuiltinModule('node:events').EventEmitter)().on('x', () => (byNode = entry())).emit('x')
  expect(byNode).toBe(false)
  expect([Error.prepareStackTrace, Error.stackTraceLimit]).toEqual([prepareStackTrace, stackTraceLimit])
})
