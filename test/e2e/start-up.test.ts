import fs from 'node:fs'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { nodeVersions } from '../harness/node-versions.ts'
import { send } from '../harness/raw-request.ts'
import { packageDirectory, Workplace } from './workplace.ts'

let place: Workplace
beforeEach(async () => {
  place = await Workplace.open()
})
afterEach(() => place.close())

describe('a process that ends before its worker is there', () => {
  test.each(nodeVersions())('records what it drew, Node $name', async ({ executable: node }) => {
    const script = place.write('short.cjs', 'console.log(Math.random())\n')
    const recorded = await place.run('record', { node, args: [script] })
    expect(recorded.ended, recorded.output).toBe(0)
    const { mains, warnings } = place.recorded()
    expect(warnings).toEqual([])
    expect(mains.map(({ trigger }) => trigger)).toEqual([{ kind: 'process', process: 'script', exitCode: 0 }])
    expect(place.stats()).toMatchObject([{ mode: 'record', dropped: 0 }])
    expect(recorded.output).toMatch(/recorded 0 takes, no calls, [1-9]\d* draws/)

    const replayed = await place.run('replay', { node, args: [script] })
    const drawn = /^0\.\d+$/m
    expect(drawn.exec(replayed.output)?.[0], replayed.output).toBe(drawn.exec(recorded.output)?.[0])
  })

  test('says why nothing could be written', async () => {
    const script = place.write('short.cjs', '')
    const file = place.write('taken', 'a file')
    const { ended, output } = await place.run('record', { args: [script], env: { RETAKE_CASSETTE: path.join(file, 'cassettes') } })
    expect(ended).toBe(0)
    expect(output).toContain('RETAKE_CASSETTE_UNWRITABLE')
    expect(place.stats()).toMatchObject([{ mode: 'record', takes: 0 }])
  })
})

test('a test that ends before its worker is there has its cassette', async () => {
  const cassettes = path.join(place.directory, 'cassettes')
  const script = place.write(
    'test.mjs',
    `import { withCassette } from ${JSON.stringify(path.join(packageDirectory, 'dist/index.js'))}
     await withCassette('short', { directory: ${JSON.stringify(cassettes)}, mode: process.argv[2] }, () => console.log(Math.random()))`,
  )
  const run = (mode: string): ReturnType<Workplace['run']> =>
    place.run('off', { args: [script, mode], preload: false, env: { RETAKE_LOG: 'warn' } })
  const recorded = await run('record')
  expect(recorded, recorded.output).toMatchObject({ ended: 0, output: expect.stringMatching(/^0\.\d+\n$/) as unknown })
  expect(await run('replay')).toEqual(recorded)
})

test('a process whose event loop never turns has a worker all the same', async () => {
  // It kills itself when it sees that something of it is on the disk. It draws slowly: a megabyte is not written at once, and half of it is nothing.
  const script = place.write(
    'busy.cjs',
    `const fs = require('node:fs'), path = require('node:path')
     const written = () => fs.existsSync(process.argv[2]) && fs.readdirSync(process.argv[2]).some((name) => fs.statSync(path.join(process.argv[2], name)).size > 2000)
     const clock = new Int32Array(new SharedArrayBuffer(4))
     for (; !written(); Atomics.wait(clock, 0, 0, 1)) Math.random()
     process.kill(process.pid, 'SIGKILL')`,
  )
  const { ended, output } = await place.run('record', { args: [script, place.cassette] })
  expect(ended, output).toBe('SIGKILL')
  const { mains, warnings } = place.recorded()
  expect(warnings).toEqual([expect.stringContaining('was not finished')])
  expect(mains.flatMap(({ segments }) => segments.flatMap(({ draws }) => draws)).length).toBeGreaterThan(0)
})

describe('the code cache', () => {
  /** A copy of what is published, whose cache nobody else uses. */
  function copyOfPackage(): { readonly preload: readonly string[]; readonly cache: string } {
    const copy = path.join(place.directory, 'copy')
    fs.cpSync(path.join(packageDirectory, 'dist'), path.join(copy, 'dist'), { recursive: true })
    fs.copyFileSync(path.join(packageDirectory, 'package.json'), path.join(copy, 'package.json'))
    fs.symlinkSync(path.resolve(packageDirectory, '../../node_modules'), path.join(copy, 'node_modules'))
    return { preload: ['--import', path.join(copy, 'dist', 'register.js')], cache: path.join(copy, '.cache') }
  }

  async function starts(preload: readonly string[]): Promise<void> {
    const script = place.write('script.cjs', 'console.log(Math.random())\n')
    const cassette = fs.mkdtempSync(path.join(place.directory, 'cassettes-'))
    const options = { preload: false, execArgv: preload, args: [script], env: { RETAKE_CASSETTE: cassette, RETAKE_LOG: 'warn' } }
    const recorded = await place.run('record', options)
    const replayed = await place.run('replay', options)
    expect(recorded.output).toMatch(/^0\.\d+\n$/)
    expect(replayed.output).toBe(recorded.output)
  }

  test('is written once, and used', async () => {
    const { preload, cache } = copyOfPackage()
    await starts(preload)
    // A worker that ends with its process may leave half a file behind, which nobody reads.
    const names = fs.readdirSync(cache).filter((name) => name.endsWith(process.arch))
    const written = names.map((name) => [name, fs.statSync(path.join(cache, name)).mtimeMs])
    expect(written.map(([name]) => String(name).replace(/\.cjs.*/, '')).toSorted()).toEqual([
      'engine-record',
      'engine-replay',
      'recording-worker',
      'redaction',
    ])
    await starts(preload)
    expect(names.map((name) => [name, fs.statSync(path.join(cache, name)).mtimeMs])).toEqual(written)
  })

  test('of a V8 with other flags, or none at all, is kept beside it', async () => {
    const { preload, cache } = copyOfPackage()
    await starts(preload)
    const refused = fs.readdirSync(cache)
    for (const name of refused) fs.writeFileSync(path.join(cache, name), Buffer.alloc(1000, 7))
    await starts(preload)
    const kept = fs.readdirSync(cache).filter((name) => !refused.includes(name))
    expect(kept).toHaveLength(refused.length)
    for (const name of refused) expect(kept).toContainEqual(expect.stringMatching(new RegExp(`^${name}-\\d+$`)))
    for (const name of kept) expect(fs.statSync(path.join(cache, name)).size).toBeGreaterThan(1000)
    const written = kept.map((name) => fs.statSync(path.join(cache, name)).mtimeMs)
    await starts(preload)
    expect(kept.map((name) => fs.statSync(path.join(cache, name)).mtimeMs)).toEqual(written)
  })

  test('is done without where it cannot be written', async () => {
    const { preload, cache } = copyOfPackage()
    fs.writeFileSync(cache, 'no directory')
    await starts(preload)
    expect(fs.readFileSync(cache, 'utf8')).toBe('no directory')
  })
})

test('what redacts is never on the main thread of an app that records', async () => {
  const app = place.write(
    'app.mjs',
    `import http from 'node:http'
     const bundles = () => [...globalThis[Symbol.for('retake.shared.v1')].get('bundles').bundles.keys()].map((file) => file.split(/[/\\\\]/).at(-1))
     const server = http.createServer(async (request, response) => {
       const answer = await fetch(process.env.UPSTREAM + '/?token=swordfish-4711')
       await answer.text()
       response.setHeader('set-cookie', 'sid=V1StGXR8_Z5jdHi6B-myT').end(JSON.stringify({ password: 'swordfish', bundles: bundles() }))
     })
     server.listen(0, '127.0.0.1', () => console.log('listening ' + server.address().port))
     process.on('SIGTERM', () => { console.log('at the end ' + bundles()); process.exit() })`,
  )
  const running = await place.start('record', { args: [app] })
  const { body } = await send(running.port, { path: '/', headers: { authorization: 'Bearer swordfish-4711' } })
  await running.stop()
  expect(JSON.parse(body)).toMatchObject({ bundles: ['engine-record.cjs'] })
  expect(running.output()).toContain('at the end engine-record.cjs\n')
  expect(JSON.stringify(place.recorded().takes)).not.toContain('swordfish')
})

describe('one tick stays alive, for V8 forgets the shape of ticks when none is', () => {
  // `init` of async_hooks is shown every tick; those that a full collection leaves are counted.
  const watcher = `
    import { createHook } from 'node:async_hooks'
    const ticks = (globalThis.ticks = [])
    createHook({ init: (id, type, trigger, tick) => void (type === 'TickObject' && ticks.push(new WeakRef(tick))) }).enable()`
  // What still runs at start holds ticks of its own for a while: the least of some collections counts.
  const script = `
    process.nextTick(() => {})
    let least = Infinity
    let left = 10
    const look = setInterval(() => {
      gc()
      least = Math.min(least, ticks.filter((tick) => tick.deref() !== undefined).length)
      if (--left > 0) return
      clearInterval(look)
      console.log('alive', least)
    }, 10)`

  test.each(nodeVersions())('while a session runs, and only then, Node $name', async ({ executable: node }) => {
    const preloads = [place.write('watcher.mjs', watcher), path.join(packageDirectory, 'dist/register.js')]
    const args = ['--expose-gc', ...preloads.map((file) => `--import=${file}`), place.write('ticks.cjs', script)]
    const alive = async (mode: 'off' | 'record' | 'replay'): Promise<number> => {
      const { ended, output } = await place.run(mode, { node, args, preload: false, env: { RETAKE_MODE: mode } })
      expect(ended, output).toBe(0)
      return Number(/^alive (\d+)$/m.exec(output)?.[1])
    }
    expect(await alive('off')).toBe(0)
    expect(await alive('record')).toBe(1)
    expect(await alive('replay')).toBe(1)
  })
})
