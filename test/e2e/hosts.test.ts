import path from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type AppOptions, register } from '../harness/app-process.ts'
import { type RawResponse, send } from '../harness/raw-request.ts'
import { apps, Workplace } from './workplace.ts'

let place: Workplace
beforeEach(async () => {
  place = await Workplace.open()
})
afterEach(() => place.close())

const app = path.join(apps, 'children.mjs')

async function answers(mode: 'record' | 'replay', options: AppOptions, targets: readonly string[]): Promise<RawResponse[]> {
  const running = await place.start(mode, options)
  const got: RawResponse[] = []
  for (const target of targets) got.push(await send(running.port, { path: target }))
  await running.stop()
  expect(
    got.map(({ status, body }) => (status === 200 ? 200 : body)),
    running.output(),
  ).toEqual(targets.map(() => 200))
  return got
}

describe('what a service starts has a session and a file of its own', () => {
  test.each([
    ['a worker thread', '/thread', { args: [app] }],
    ['a forked child', '/fork', { args: [app] }],
    ['a spawned child', '/spawn', { args: [app] }],
    ['a spawned child, elsewhere and with an environment of its own', '/spawn-elsewhere', { args: [app] }],
    ['a child of execSync', '/exec-sync', { args: [app] }],
    ['a child of execFileSync', '/exec-file-sync', { args: [app] }],
    ['a forked child, without options', '/fork-without-options', { args: [app] }],
    ['a thread made of a URL', '/data-thread', { args: [app] }],
    ['a spawned child, with NODE_OPTIONS', '/spawn', { args: [app], preload: false, env: { NODE_OPTIONS: `--import ${register}` } }],
  ] as const)('%s', async (_what, target, options) => {
    const recorded = await answers('record', options, ['/before', target, '/after'])
    const { takes, mains, sessions } = place.recorded()
    expect(sessions).toHaveLength(2)
    expect(takes).toHaveLength(3)
    // The child's call is in its own main, and nowhere else.
    const urls = (one: (typeof takes)[number]): string[] => one.interactions.map(({ call }) => call.label)
    expect(mains.map(urls).flat()).toEqual([expect.stringContaining('/asked-by-a')])
    expect(takes.map((take) => urls(take).length).toSorted((a, b) => a - b)).toEqual([0, 1, 1])

    await place.stopUpstream()
    const replayed = await answers('replay', options, ['/before', target, '/after'])
    expect(replayed).toEqual(recorded)
  })

  test.each([
    ['made of a text', '/thread-of-text'],
    ['without the options and the environment of the process', '/thread-of-text-without-options'],
    ['with options of its own and the environment of the process', '/thread-with-shared-environment'],
  ])('of two equal threads %s each plays its own', async (_what, target) => {
    const options = { args: [app], execArgv: ['--max-old-space-size=2000'] }
    const recorded = await answers('record', options, [target, target])
    expect(
      place
        .recorded()
        .sessions.map(({ header }) => header.parent?.split('-')[1])
        .toSorted((a = '', b = '') => a.localeCompare(b)),
    ).toEqual(['1#0', '1#1', '2#0', '2#1', undefined])
    await place.stopUpstream()
    expect(await answers('replay', options, [target, target])).toEqual(recorded)
    expect(place.stats().filter(({ mode, missed }) => mode === 'replay' && missed > 0)).toEqual([])
  })

  test('a child that does not run on Node gets nothing', async () => {
    const [{ body }] = (await answers('record', { args: [app] }, ['/environment'])) as [RawResponse]
    expect(JSON.parse(body.toString()).answer).toBe('0\n')
  })

  test('each worker of a cluster plays its own start', async () => {
    const drawn = (output: string): string[] =>
      output
        .split('\n')
        .filter((line) => line.startsWith('worker '))
        .toSorted()
    const options = { args: [app, 'cluster'] }
    const recording = await place.start('record', options)
    await recording.stop()
    const replaying = await place.start('replay', options)
    await replaying.stop()
    expect(drawn(replaying.output())).toEqual(drawn(recording.output()))
    expect(drawn(replaying.output())).toHaveLength(2)
  })

  test('a cluster of two', async () => {
    const targets = Array.from({ length: 12 }, (_, number) => `/${number}`)
    const options = { args: [app, 'cluster'] }
    const recorded = await answers('record', options, targets)
    const { takes, sessions, warnings } = place.recorded()
    expect({ takes: takes.length, sessions: sessions.length, warnings }).toEqual({ takes: 12, sessions: 3, warnings: [] })
    expect(new Set(takes.map(({ id }) => id.split('-')[0])).size).toBe(2)
    await place.stopUpstream()
    expect(await answers('replay', options, targets)).toEqual(recorded)
    expect(
      place
        .stats()
        .filter(({ mode }) => mode === 'replay')
        .reduce((sum, { missed }) => sum + missed, 0),
    ).toBe(0)
  })
})
