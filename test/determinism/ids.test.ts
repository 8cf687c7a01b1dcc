import { cpSync, mkdtempSync, mkdirSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { nodeVersions } from '../harness/node-versions.ts'
import { record } from './recording.ts'

const require = createRequire(import.meta.url)
let project: string
beforeAll(() => {
  project = realpathSync(mkdtempSync(path.join(tmpdir(), 'retake-ids-')))
  const modules = path.join(project, 'node_modules')
  mkdirSync(modules)
  for (const name of [
    'uuid',
    'nanoid',
    'ulid',
    'bson',
    '@paralleldrive',
    '@noble',
    'error-causes',
    'bignumber.js',
    'cuid',
    '@bugsnag',
    'shortid',
  ]) {
    symlinkSync(path.join(root, 'node_modules', name), path.join(modules, name))
  }
  // Prisma's client weighs 70 MB, and its generator fetches an engine: this is the shape of the one class of its bundle that matters.
  const runtime = path.join(modules, '@prisma', 'client', 'runtime')
  mkdirSync(runtime, { recursive: true })
  writeFileSync(path.join(runtime, 'client.js'), prismaRuntime)
  // As npm installs `"my-uuid": "npm:uuid@…"`: the package under another name.
  cpSync(path.join(root, 'node_modules', 'uuid'), path.join(modules, 'my-uuid'), { recursive: true })
  cpSync(path.dirname(require.resolve('nanoid/package.json')), path.join(modules, '@our', 'short-ids'), { recursive: true })
  writeFileSync(
    path.join(project, 'package.json'),
    JSON.stringify({ private: true, dependencies: { 'my-uuid': 'npm:uuid@^14.0.0', '@our/short-ids': 'npm:nanoid@^5.0.0' } }),
  )
  for (const [file, source] of Object.entries(apps)) writeFileSync(path.join(project, file), `${source}\n${server}`)
})
afterAll(() => rmSync(project, { recursive: true, force: true }))

const root = path.resolve(import.meta.dirname, '../..')
const paths = ['/one', '/two', '/three']

/** `@default(cuid())` is filled in by a generator that the bundle registers by name, and does not export. */
const prismaRuntime = `
    let count = 0
    class Registry { #by = {}; constructor(){this.register("cuid",new Cuid),this.register("nanoid", new Nano())} register(name, generator) { this.#by[name] = generator } of(name) { return this.#by[name] } }
    class Cuid { generate(version) { return version + '-' + process.pid + '-' + count++ } }
    class Nano { generate(length) { return String(count++).padStart(length, '0') } }
    module.exports = { generators: new Registry() }`

/** Each way for an app to reach what mints its ids; `ids` makes one of each. */
const apps: { readonly [file: string]: string } = {
  'required.cjs': `
    const { v7, v1 } = require('uuid')
    const { nanoid, customAlphabet } = require('nanoid')
    const { monotonicFactory } = require('ulid')
    const { ObjectId } = require('bson')
    const { createId } = require('@paralleldrive/cuid2')
    const letters = customAlphabet('abc', 9)
    const monotonic = monotonicFactory()
    const ready = Promise.resolve()
    const ids = () => [v7(), v7(), v1(), nanoid(), letters(), monotonic(), String(new ObjectId()), createId()]`,
  'imported.mjs': `
    import * as uuid from 'uuid'
    import { nanoid } from 'nanoid'
    import { ulid, monotonicFactory } from 'ulid'
    import { ObjectId } from 'bson'
    import { init } from '@paralleldrive/cuid2'
    const monotonic = monotonicFactory()
    const cuid = init({ length: 10 })
    const ready = Promise.resolve()
    const ids = () => [uuid.v7(), uuid.v6(), uuid['v1'](), nanoid(), ulid(), monotonic(), String(new ObjectId()), cuid()]`,
  'import-from-commonjs.cjs': `
    let made
    const ready = Promise.all([import('uuid'), import('nanoid'), import('ulid'), import('@paralleldrive/cuid2')]).then(
      ([{ v7 }, { nanoid }, { monotonicFactory }, { createId }]) => (made = { v7, nanoid, monotonic: monotonicFactory(), createId }),
    )
    const ids = () => [made.v7(), made.v7(), made.nanoid(), made.monotonic(), made.createId()]`,
  'counting.cjs': `
    const cuid = require('cuid')
    const shortid = require('shortid')
    const { generators } = require('./node_modules/@prisma/client/runtime/client.js')
    const ready = Promise.resolve()
    const ids = () => [cuid(), cuid.slug(), cuid.isCuid(cuid()), require('@bugsnag/cuid')(), shortid(), shortid.generate(), generators.of('cuid').generate(1), generators.of('nanoid').generate(9)]`,
  'counting.mjs': `
    import cuid from 'cuid'
    import bugsnag, { isCuid } from '@bugsnag/cuid'
    import shortid from 'shortid'
    import runtime from './node_modules/@prisma/client/runtime/client.js'
    const ready = Promise.resolve()
    const ids = () => [cuid(), cuid.slug(), bugsnag(), isCuid(bugsnag()), shortid(), shortid.generate(), runtime.generators.of('cuid').generate(1)]`,
  'aliased.mjs': `
    import { v7 } from 'my-uuid'
    import { nanoid } from '@our/short-ids'
    const ready = Promise.resolve()
    const ids = () => [v7(), v7(), nanoid()]`,
  'aliased.cjs': `
    const { v7 } = require('my-uuid')
    const { nanoid } = require('@our/short-ids')
    const ready = Promise.resolve()
    const ids = () => [v7(), v7(), nanoid()]`,
}
const server = `
    const http = process.getBuiltinModule('node:http')
    const app = http.createServer((request, response) => response.end(JSON.stringify(ids())))
    void ready.then(() => app.listen(0, '127.0.0.1', () => console.log('listening ' + app.address().port)))`

test.each(nodeVersions())(
  'ids are the recorded ones, in any order, however the app reaches the library, on Node $name',
  async ({ executable: node }) => {
    for (const file of Object.keys(apps)) {
      const args = [path.join(project, file)]
      const recording = await record({ node, args }, paths)
      expect(new Set([...recording.responses.values()].map(({ body }) => body)).size, file).toBe(paths.length)
      const app = await recording.replay({ node, args })
      expect(await recording.differences(app.port, paths.toReversed()), file).toEqual([])
      expect(await recording.differences(app.port, ['/two', '/two', '/one']), file).toEqual([])
      expect(await app.stop(), app.output()).toBe('SIGTERM')
      expect(app.output(), file).toContain('0 draws exhausted')
      recording.remove()
    }
  },
  600_000,
)
