import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import http from 'node:http'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { AppProcess } from '../harness/app-process.ts'
import { send } from '../harness/raw-request.ts'
import { apps, Workplace } from './workplace.ts'

const mebibyte = 1024 * 1024
const noise = randomBytes(2 * mebibyte)

let place: Workplace
beforeEach(async () => {
  // Every body is another piece of the noise: nothing to compress, nothing that was there before.
  place = await Workplace.open((request, response) => {
    const size = Number(/size=(\d+)/.exec(request.url ?? '')?.[1] ?? 0)
    const from = (place.asked * 4099) % (noise.length - size)
    response.end(noise.subarray(from, from + size))
  })
})
afterEach(() => place.close())

const app = path.join(apps, 'flood-app.mjs')
const digest = (body: string): string => createHash('sha256').update(body, 'latin1').digest('hex')

/** Sends requests, a few at a time. @returns digests of the answers by target. */
async function flood(running: AppProcess, targets: readonly string[], concurrency: number): Promise<Map<string, string>> {
  const answers = new Map<string, string>()
  const left = [...targets]
  const lane = async (): Promise<void> => {
    for (let target = left.shift(); target !== undefined; target = left.shift()) {
      const { status, body } = await send(running.port, { path: target })
      expect(status, body).toBe(200)
      answers.set(target, digest(body))
    }
  }
  await Promise.all(Array.from({ length: concurrency }, lane))
  return answers
}

const targetOf = (take: ReturnType<Workplace['recorded']>['takes'][number]): string =>
  take.trigger.kind === 'http' ? take.trigger.request.target : ''

test('a recorder that falls behind drops whole takes and counts them; the others are whole and replay', async () => {
  place.write('retake.config.json', JSON.stringify({ memoryMiB: 3 }))
  const running = await place.start('record', { args: [app] })
  const high = Array.from({ length: 100 }, (_, number) => `/high/${number}?size=${mebibyte}`)
  // The same connections again, once it has caught up.
  const low = Array.from({ length: 60 }, (_, number) => `/low/${number}?size=20000`)
  const answers = new Map([...(await flood(running, high, 8)), ...(await flood(running, low, 2))])
  const targets = [...high, ...low]
  await running.stop()
  await place.stopUpstream()

  const { takes, warnings } = place.recorded()
  const [stats] = place.stats()
  expect(warnings).toEqual([])
  expect(stats).toMatchObject({ takes: takes.length, dropped: targets.length - takes.length })
  expect(stats?.dropped).toBeGreaterThan(0)
  expect(stats?.droppedForMemory).toBe(stats?.dropped)
  expect(takes.length).toBeGreaterThan(0)
  for (const { trigger, interactions } of takes) {
    if (trigger.kind !== 'http') continue
    expect(digest(Buffer.from(trigger.response?.body ?? []).toString('latin1'))).toBe(answers.get(trigger.request.target))
    expect(interactions).toHaveLength(1)
  }

  const player = await place.start('replay', { args: [app] })
  const again = await flood(player, takes.map(targetOf), 4)
  await player.stop()
  expect([...again].filter(([target, answer]) => answers.get(target) !== answer)).toEqual([])
  expect(place.stats()[1]).toMatchObject({ takes: takes.length, missed: 0 })
})

test('an answer that never ends is dropped alone, said once, and counted with its reason', async () => {
  place.write('retake.config.json', JSON.stringify({ memoryMiB: 8 }))
  const running = await place.start('record', { args: [app] })
  const stream = http.get({ port: running.port, path: '/endless' })
  const [endless] = (await once(stream, 'response')) as [http.IncomingMessage]
  let received = 0
  // More than is held of takes in all; small requests come and go beside it.
  for await (const chunk of endless) {
    received += (chunk as Buffer).length
    if (received > 100 * mebibyte) break
  }
  stream.destroy()
  const targets = Array.from({ length: 10 }, (_, number) => `/small/${number}?size=1000`)
  await flood(running, targets, 2)
  await running.stop()

  expect(place.recorded().takes.map(targetOf).sort()).toEqual(targets.toSorted())
  expect(place.stats()).toMatchObject([{ takes: targets.length, dropped: 1, droppedForMemory: 1 }])
  expect(running.output().match(/was not recorded/g)).toHaveLength(1)
  expect(running.output()).toMatch(/GET \/endless was not recorded: .*memoryMiB.* is 8.*RETAKE_MEMORY_FULL/s)
})

test('memory is bounded whatever flows through', async () => {
  place.write('retake.config.json', JSON.stringify({ memoryMiB: 4 }))
  const env = { RETAKE_CASSETTE: path.join(place.directory, 'large') }
  const running = await place.start('record', { args: [app], env })
  const rss = async (): Promise<number> => Number((await send(running.port, { path: '/memory' })).body)
  const before = await rss()
  const targets = Array.from({ length: 400 }, (_, number) => `/${number}?size=${mebibyte}`)
  await flood(running, targets, 16)
  const grown = (await rss()) - before
  await running.stop()
  // 400 MiB came in and 400 went out; 16 + 16 of them were the app's own at any time.
  expect(grown / mebibyte).toBeLessThan(300)
})

test('RETAKE_SAMPLE takes its share, and the others are no drops', async () => {
  const running = await place.start('record', { args: [app], env: { RETAKE_SAMPLE: '0.5' } })
  const targets = Array.from({ length: 200 }, (_, number) => `/${number}?size=100`)
  await flood(running, targets, 8)
  await running.stop()
  const { takes, mains } = place.recorded()
  // What the others asked is nobody's, not the process's own.
  expect(mains.map(({ interactions }) => interactions)).toEqual([[]])
  // Of 200 at one half: 8 standard deviations to either side.
  expect(takes.length).toBeGreaterThan(100 - 57)
  expect(takes.length).toBeLessThan(100 + 57)
  expect(place.stats()).toMatchObject([{ takes: takes.length, dropped: 0 }])
  expect(takes.every(({ interactions }) => interactions.length === 1)).toBe(true)
})

test.each([
  ['0', 0],
  ['1', 20],
])('RETAKE_SAMPLE=%s', async (sample, expected) => {
  const running = await place.start('record', { args: [app], env: { RETAKE_SAMPLE: sample } })
  await flood(
    running,
    Array.from({ length: 20 }, (_, number) => `/${number}?size=10`),
    4,
  )
  await running.stop()
  expect(place.recorded().takes).toHaveLength(expected)
  expect(place.stats()).toMatchObject([{ takes: expected, dropped: 0 }])
})
