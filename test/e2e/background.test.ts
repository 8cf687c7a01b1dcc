import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Take } from '@retake/core'
import type { AppProcess } from '../harness/app-process.ts'
import { send } from '../harness/raw-request.ts'
import { apps, Workplace } from './workplace.ts'

let place: Workplace
beforeEach(async () => {
  place = await Workplace.open()
})
afterEach(() => place.close())

const app = path.join(apps, 'background-app.mjs')
const jobs = ['poll', 'chained', 'closure', 'node-cron', 'croner', 'lazy']

/** Each has run so many times. */
async function ran(running: AppProcess, names: readonly string[], times: number): Promise<void> {
  for (const name of names) await running.printed(new RegExp(`^did ${name}: ${times}$`, 'm'))
}

const asked = (take: Take): string[] =>
  take.interactions.map(({ call }) => call.label.replace(/^.*127\.0\.0\.1:\d+/, '').split('?')[0] as string)

async function record(): Promise<readonly string[]> {
  const running = await place.start('record', { args: [app] })
  const bodies: string[] = []
  for (const target of ['/one', '/two']) bodies.push((await send(running.port, { path: target })).body.toString())
  await ran(running, [...jobs, 'afterwards /one', 'afterwards /two'], 1)
  await ran(running, jobs, 2)
  await running.stop()
  return bodies
}

test('each tick is a take of its own, with its calls, and nothing of it is in another', async () => {
  await record()
  const { takes, mains } = place.recorded()
  expect(mains.map(asked)).toEqual([['/start-up']])
  const requests = takes.filter(({ trigger }) => trigger.kind === 'http')
  // While the first request is answered its poller is part of it.
  expect(requests.map((take) => asked(take).filter((call) => call !== '/lazy'))).toEqual([
    ['/one', '/afterwards'],
    ['/two', '/afterwards'],
  ])
  const ticks = takes.filter(({ trigger }) => trigger.kind === 'background')
  expect(new Set(ticks.map(({ trigger }) => (trigger.kind === 'background' ? trigger.interval : 0)))).toEqual(new Set([20, undefined]))
  const names = new Map<string, Set<string>>()
  for (const tick of ticks) {
    const name = tick.trigger.kind === 'background' ? tick.trigger.name : ''
    names.set(name, (names.get(name) ?? new Set()).add(asked(tick).join(' ')))
  }
  // Ticks that were under way when the process ended have what they had come to.
  const whole = [...names.values()].flatMap((calls) => [...calls])
  expect(whole).toEqual(expect.arrayContaining(['/poll /poll/second', '/chained', '/closure', '/node-cron', '/croner', '/lazy']))
  expect(whole.filter((calls) => !/^(?:\/poll(?: \/poll\/second)?|\/chained|\/closure|\/node-cron|\/croner|\/lazy)$/.test(calls))).toEqual(
    [],
  )
  expect([...names.keys()]).toEqual(expect.arrayContaining(['poll', 'chained']))
})

test('at replay they do not run, what calls nothing does, and every request is answered as it was', async () => {
  const bodies = await record()
  await place.stopUpstream()
  const running = await place.start('replay', { args: [app] })
  for (const [index, target] of ['/one', '/two'].entries()) {
    expect((await send(running.port, { path: target })).body.toString()).toBe(bodies[index])
  }
  await ran(running, ['afterwards /one', 'afterwards /two'], 1)
  // More than a second, in which each of them would have been due.
  await ran(running, ['silent'], 60)
  await running.stop()
  expect(running.output()).not.toMatch(/did (?:poll|chained|closure|node-cron|croner)/)
  expect(place.stats().at(-1)).toMatchObject({ mode: 'replay', takes: 2, missed: 0, unused: 0 })
})

test('on request they run, each as often as it was recorded, and with the recorded answers', async () => {
  await record()
  const recorded = place.recorded().takes.filter(({ trigger }) => trigger.kind === 'background').length
  await place.stopUpstream()
  const running = await place.start('replay', { args: [app], env: { RETAKE_BACKGROUND: '1' } })
  await send(running.port, { path: '/one' })
  await ran(running, jobs, 1)
  await running.stop()
  const stats = place.stats().at(-1)
  expect(stats).toMatchObject({ mode: 'replay', missed: 0 })
  expect(stats?.takes).toBeGreaterThan(jobs.length)
  expect(stats?.takes).toBeLessThanOrEqual(recorded + 1)
})

test('a changed job is a job still, and a new one calls nobody', async () => {
  await record()
  await place.stopUpstream()
  const changed = readFileSync(app, 'utf8')
    .replace("note('closure')", "note('closure, changed')")
    .replace("await ask('poll/second'", "await ask('poll/another'")
    .replace('let lazy\n', "let lazy\nsetInterval(function fresh() { void ask('fresh').catch(() => note('failed')) }, 10)\n")
  const file = path.join(apps, `background-app-changed-${process.pid}.mjs`)
  writeFileSync(file, changed)
  try {
    const running = await place.start('replay', { args: [file] })
    await send(running.port, { path: '/one' })
    await ran(running, ['failed'], 2)
    await running.stop()
    expect(running.output()).not.toContain('did poll')
    expect(place.stats().at(-1)).toMatchObject({ missed: 0 })
  } finally {
    rmSync(file)
  }
})
