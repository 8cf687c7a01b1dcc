import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { register } from '../harness/app-process.ts'
import { nodeVersions } from '../harness/node-versions.ts'
import { apps, packageDirectory, Workplace } from './workplace.ts'

let place: Workplace
beforeEach(async () => {
  place = await Workplace.open()
})
afterEach(() => place.close())

/** The last line that a script prints, read as JSON. */
async function told<T>(mode: 'record' | 'replay' | 'off', options: Parameters<Workplace['run']>[1]): Promise<T> {
  const { ended, output } = await place.run(mode, { preload: false, ...options })
  expect(ended, output).toBe(0)
  const line = output.split('\n').find((one) => one.startsWith('{'))
  return JSON.parse(line ?? 'null') as T
}

interface Presence {
  readonly listeners: readonly unknown[]
  readonly resources: readonly string[]
  readonly modules: readonly string[]
}

interface Off {
  readonly seen: number
  readonly changed: readonly string[]
  readonly before: Presence
  readonly after: Presence
}

describe.each(nodeVersions())('off, Node $name', ({ executable }) => {
  test.each([
    ['RETAKE_MODE=off', 'off'],
    ['RETAKE_MODE empty', ''],
  ])('%s: nothing that code can see is another', async (_what, mode) => {
    const env = { PRELOAD: register, RETAKE_MODE: mode }
    const off = await told<Off>('off', { node: executable, args: [path.join(apps, 'surface-off.mjs')], env })
    expect(off.seen).toBeGreaterThan(10_000)
    expect(off.changed).toEqual([])
    expect(off.after).toEqual(off.before)
    expect(place.stats()).toEqual([])
  })

  test('the look itself is not blind: a session that records is seen', async () => {
    const env = { PRELOAD: register }
    const on = await told<Off>('record', { node: executable, args: [path.join(apps, 'surface-off.mjs')], env })
    for (const name of [
      'globalThis.Date',
      'Math.random',
      'setTimeout',
      'net.Socket.prototype.connect',
      'import crypto.randomUUID',
      'globalThis.fetch',
    ]) {
      expect(
        on.changed.filter((change) => change.includes(name)),
        name,
      ).not.toEqual([])
    }
    // A library that counts the listeners of a signal must not find ours.
    expect(on.after.listeners.filter((one) => /SIG/.test(String(one)))).toEqual([])
  })

  test('no built-in module is loaded beside those that an empty preload loads', async () => {
    const list = place.write('list.mjs', 'console.log(JSON.stringify({ list: process.moduleLoadList }))\n')
    const nothing = place.write('nothing.mjs', '')
    const loaded = async (preload: string): Promise<readonly string[]> =>
      (await told<{ list: readonly string[] }>('off', { node: executable, args: [list], execArgv: ['--import', preload] })).list
    const bare = await loaded(pathToFileURL(nothing).href)
    expect((await loaded(register)).filter((name) => !bare.includes(name))).toEqual([])
  })
})

interface Undone {
  readonly rounds: readonly {
    readonly during: number
    readonly answer: string
    readonly changed: readonly string[]
    readonly listeners: readonly unknown[]
  }[]
  readonly before: readonly unknown[]
  readonly afterwards: string
}

describe.each(nodeVersions())('a session that was stopped, Node $name', ({ executable }) => {
  test('has left nothing behind but the symbol under which copies of the SDK meet', async () => {
    const left = ['new: globalThis.Symbol(retake.shared.v1)']
    const options = {
      node: executable,
      args: [path.join(apps, 'surface-undone.mjs')],
      env: { INSTRUMENTATION: path.join(packageDirectory, 'dist', 'instrumentation.js') },
    }
    const recorded = await told<Undone>('record', options)
    for (const { during, changed, listeners } of recorded.rounds) {
      expect(during).toBeGreaterThan(50)
      expect(changed).toEqual(left)
      expect(listeners).toEqual(recorded.before)
    }
    const { takes, sessions, warnings } = place.recorded()
    expect({ takes: takes.length, sessions: sessions.length, warnings }).toEqual({ takes: 2, sessions: 2, warnings: [] })

    const replayed = await told<Undone>('replay', options)
    for (const { during, changed, listeners } of replayed.rounds) {
      expect(during).toBeGreaterThan(50)
      expect(changed).toEqual(left)
      expect(listeners).toEqual(replayed.before)
    }
    // Each of the two sessions begins with the first of the equal takes again.
    expect(replayed.rounds.map(({ answer }) => answer)).toEqual([recorded.rounds[0]?.answer, recorded.rounds[0]?.answer])
    // Stopped, it asks the upstream itself.
    expect(JSON.parse(replayed.afterwards)).toMatchObject({ asked: place.asked })
  })
})
