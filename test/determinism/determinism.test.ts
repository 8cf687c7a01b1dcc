import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type AppOptions, startApp } from '../harness/app-process.ts'
import { nodeVersions, thisNode } from '../harness/node-versions.ts'
import { send } from '../harness/raw-request.ts'
import { record, type Recording } from './recording.ts'
import { moduleOf, routes, serviceFile } from './service-forms.ts'
import { newerNodes, ofThisNode, namedInReport, onRequest, uncontrolled } from './uncontrolled.ts'

const esm = serviceFile('esm')
const cjs = serviceFile('cjs')
const everywhere = routes.filter((route) => !newerNodes.includes(route) && !ofThisNode.includes(route) && moduleOf.get(route) !== 'http2')
const controlled = everywhere.filter((route) => !(route in uncontrolled))
const newest = nodeVersions().at(-1) ?? thisNode

/** Each path in a process of its own, two processes at a time. */
async function differencesAlone(
  recording: Recording,
  node: string,
  paths: readonly string[],
  env: AppOptions['env'] = {},
): Promise<unknown[]> {
  const left = [...paths]
  const found: unknown[] = []
  const lane = async (): Promise<void> => {
    for (let each = left.shift(); each !== undefined; each = left.shift()) {
      const app = await recording.replay({ node, args: [esm], env: { ...env, ONLY: moduleOf.get(each) ?? '' } })
      found.push(...(await recording.differences(app.port, [each])))
      await app.stop()
    }
  }
  await Promise.all([lane(), lane()])
  return found
}

describe(`recorded once on Node ${thisNode.name}, with no server left`, () => {
  let recording: Recording
  beforeAll(async () => {
    recording = await record({ args: [esm] }, everywhere)
  })
  afterAll(() => recording.remove())

  test('every route answered', () => {
    const failed = [...recording.responses].filter(([, { status }]) => status !== 200)
    expect(failed).toEqual([])
    expect(recording.responses.size).toBe(everywhere.length)
  })

  for (const node of nodeVersions()) {
    for (const [form, file] of [
      ['esm', esm],
      ['cjs', cjs],
    ] as const) {
      test(`Node ${node.name}, ${form}: in order, then concurrently, and in reverse in another process`, async () => {
        const first = await recording.replay({ node: node.executable, args: [file] })
        expect(await recording.differences(first.port, controlled), first.output()).toEqual([])
        expect(await recording.differences(first.port, controlled, 20), first.output()).toEqual([])
        await first.stop()
        const second = await recording.replay({ node: node.executable, args: [file] })
        expect(await recording.differences(second.port, controlled.toReversed()), second.output()).toEqual([])
        await second.stop()
      })
    }

    test(`Node ${node.name}: each route alone in a fresh process`, async () => {
      expect(await differencesAlone(recording, node.executable, controlled)).toEqual([])
    }, 600_000)
  }

  test('what is not controlled is known, with the reason', async () => {
    const app = await recording.replay({ args: [esm] })
    const different = await recording.differences(app.port, Object.keys(uncontrolled))
    await app.stop()
    // Each in its take's part of the report.
    for (const route of Object.keys(uncontrolled)) expect(app.output()).toContain(namedInReport[route])
    // A route that is missing here is the same now: take it off the list.
    expect(different.map(({ path }) => path)).toEqual(Object.keys(uncontrolled))
  })

  test('a sleep costs no time: twenty takes of more than a second each', async () => {
    const app = await recording.replay({ args: [esm] })
    const begin = performance.now()
    for (let round = 0; round < 20; round++) expect(await recording.differences(app.port, ['/jwt/expires'])).toEqual([])
    // 22 s as recorded.
    expect(performance.now() - begin).toBeLessThan(11_000)
    await app.stop()
  })

  test('changed code: draws of other kinds change nothing; of the same kind they are the same in each run', async () => {
    const other = await recording.replay({ args: [esm], env: { EXTRA: 'other' } })
    expect(await recording.differences(other.port, ['/changed'])).toEqual([])
    await other.stop()
    const bodies = new Set<string>()
    for (let run = 0; run < 2; run++) {
      const app = await recording.replay({ args: [esm], env: { EXTRA: 'same' } })
      const [difference] = await recording.differences(app.port, ['/changed'])
      bodies.add(JSON.stringify(difference?.replayed))
      expect(difference?.replayed.body.slice(0, -1).startsWith(difference.recorded?.body.slice(0, -1) ?? '-')).toBe(true)
      expect(app.output()).not.toContain('missed 1')
      await app.stop()
    }
    expect(bodies.size).toBe(1)
  })
})

test('what is recorded on request only: in order, concurrently, and alone, on every Node', async () => {
  const paths = Object.keys(onRequest)
  const config = path.join(mkdtempSync(path.join(tmpdir(), 'retake-config-')), 'retake.config.json')
  writeFileSync(config, JSON.stringify({ draws: { key: 'value', pid: 'value', hostname: 'value', mkdtemp: 'value' } }))
  const env = { RETAKE_CONFIG: config }
  const recording = await record({ args: [esm], env }, paths)
  for (const node of nodeVersions()) {
    const app = await recording.replay({ node: node.executable, args: [esm], env })
    expect(await recording.differences(app.port, paths), app.output()).toEqual([])
    expect(await recording.differences(app.port, paths.toReversed(), 6), app.output()).toEqual([])
    await app.stop()
    expect(await differencesAlone(recording, node.executable, paths, env), node.name).toEqual([])
  }
  recording.remove()
  rmSync(path.dirname(config), { recursive: true })
}, 600_000)

test('generated keys are sealed, too, where everything is', async () => {
  const paths = Object.keys(onRequest).filter((route) => route.startsWith('/keys/'))
  const env = { RETAKE_KEY: 'opens what is sealed', ONLY: 'crypto' }
  const recording = await record({ args: [esm], env }, paths)
  const app = await recording.replay({ args: [esm], env })
  expect(await recording.differences(app.port, paths.toReversed()), app.output()).toEqual([])
  await app.stop()
  recording.remove()
})

test('no global is added that can be listed', async () => {
  const plain = await startApp({ args: [esm], preload: false, env: { ONLY: 'timers' } })
  const { body } = await send(plain.port, { path: '/globals' })
  await plain.stop()
  const recording = await record({ args: [esm] }, ['/globals'])
  expect(recording.responses.get('/globals')?.body).toBe(body)
  recording.remove()
})

test('a hundred times in a row: one answer', async () => {
  const recording = await record({ args: [esm] }, ['/everything?n=1'])
  const app = await recording.replay({ args: [esm] })
  for (let round = 0; round < 100; round++) expect(await recording.differences(app.port, ['/everything?n=1'])).toEqual([])
  await app.stop()
  recording.remove()
})

test('fifty takes at once, recorded and replayed: each has its own draws', async () => {
  const paths = Array.from({ length: 50 }, (_, n) => `/everything?n=${n}`)
  const recording = await record({ args: [esm] }, paths, 50)
  expect(new Set([...recording.responses.values()].map(({ body }) => body)).size).toBe(50)
  const app = await recording.replay({ args: [esm] })
  expect(await recording.differences(app.port, paths, 50), app.output()).toEqual([])
  expect(await recording.differences(app.port, paths.toReversed(), 7), app.output()).toEqual([])
  await app.stop()
  recording.remove()
})

test.runIf(newest !== thisNode)(`what only newer releases have, recorded on Node ${newest.name}`, async () => {
  const recording = await record({ node: newest.executable, args: [esm] }, newerNodes)
  expect([...recording.responses.values()].map(({ status }) => status)).toEqual(newerNodes.map(() => 200))
  const first = await recording.replay({ node: newest.executable, args: [esm] })
  expect(await recording.differences(first.port, newerNodes, 2)).toEqual([])
  expect(await recording.differences(first.port, newerNodes.toReversed())).toEqual([])
  await first.stop()
  expect(await differencesAlone(recording, newest.executable, newerNodes)).toEqual([])
  recording.remove()
})
