import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, statSync } from 'node:fs'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { AppProcess } from '../harness/app-process.ts'
import { send } from '../harness/raw-request.ts'
import { apps, Workplace } from './workplace.ts'

let place: Workplace
beforeEach(async () => {
  place = await Workplace.open()
})
afterEach(() => place.close())

const app = path.join(apps, 'ending-app.mjs')
const targets = ['/one', '/two', '/three'] as const

type End = (app: AppProcess) => Promise<number | string>

const byRequest: End = async (running) => {
  // The answer may never come.
  await send(running.port, { path: '/end' }).catch(() => undefined)
  return running.ended
}
const bySignal =
  (signal: NodeJS.Signals): End =>
  (running) =>
    running.stop(signal)

/** Runs the app with and without Retake: it ends the same way, and the cassette is whole. */
async function endsTheSame(behaviour: string, end: End): Promise<{ readonly ended: number | string; readonly output: string }> {
  const env = { BEHAVIOUR: behaviour }
  const bare = await place.start('off', { args: [app], env, preload: false })
  const without = await end(bare)

  const recording = await place.start('record', { args: [app], env })
  for (const target of targets) expect((await send(recording.port, { path: target })).status).toBe(200)
  const ended = await end(recording)
  expect(ended, recording.output()).toBe(without)
  const { takes, warnings } = place.recorded()
  expect(warnings).toEqual([])
  const whole = takes.filter(({ trigger }) => trigger.kind === 'http' && trigger.request.target !== '/end')
  expect(whole.map(({ trigger, interactions }) => [trigger.kind === 'http' && trigger.response?.status, interactions.length])).toEqual(
    targets.map(() => [200, 1]),
  )
  expect(place.stats(), recording.output()).toMatchObject([{ mode: 'record', interactions: { http1: 3 } }])
  return { ended, output: recording.output() }
}

describe('the cassette is whole, and the process ends as it would have', () => {
  test.each([
    ['process.exit() in a handler', 7],
    ['an exit code, and nothing left to do', 8],
    ['an uncaught exception', 1],
    ['an unhandled rejection', 1],
    ["an 'exit' handler that changes the exit code", 9],
    ["process.exit() in an 'exit' handler", 10],
    ['a kill of its own', 'SIGTERM'],
  ])('%s', async (behaviour, expected) => {
    expect((await endsTheSame(behaviour, byRequest)).ended).toBe(expected)
    const [main] = place.recorded().mains
    expect(main?.trigger).toEqual({ kind: 'process', process: 'server', ...(typeof expected === 'number' ? { exitCode: expected } : {}) })
  })

  test.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)('%s, which nobody handles', async (signal) => {
    expect((await endsTheSame('', bySignal(signal))).ended).toBe(signal)
  })

  test.each([
    ['SIGTERM', 'a handler that ends', 21],
    ['SIGINT', 'a handler that ends', 22],
    ['SIGHUP', 'a handler that closes', 0],
    ['SIGTERM', 'a handler once', 23],
    ['SIGTERM', 'a handler that went', 'SIGTERM'],
    ['SIGTERM', 'a handler that ends if it is alone', 'SIGTERM'],
    ['SIGINT', 'a handler that ends if it is alone', 'SIGINT'],
  ] as const)('%s, and %s', async (signal, behaviour, expected) => {
    const { ended, output } = await endsTheSame(behaviour, bySignal(signal))
    expect(ended).toBe(expected)
    if (behaviour.endsWith('alone')) expect(output).toContain('handled by 1')
  })
})

test('requests that are under way when the process ends are dropped and counted, never half recorded', async () => {
  const recording = await place.start('record', { args: [app] })
  await send(recording.port, { path: '/whole' })
  const cutOff = Promise.allSettled(['/half/1', '/half/2'].map((target) => send(recording.port, { path: target })))
  await recording.printed(/half written[^]*half written/)
  expect(await recording.stop('SIGTERM')).toBe('SIGTERM')
  await cutOff
  const { takes, warnings } = place.recorded()
  expect(warnings).toEqual([])
  expect(takes.map(({ trigger }) => trigger.kind === 'http' && trigger.request.target)).toEqual(['/whole'])
  expect(place.stats()).toMatchObject([{ takes: 1, dropped: 2 }])
})

describe('SIGKILL', () => {
  interface Killed {
    /** Targets answered at least 200 ms before the kill that are not in the cassette. */
    readonly lost: readonly string[]
    /** How many there were. */
    readonly due: number
  }

  async function kill(): Promise<Killed> {
    const cassette = mkdtempSync(path.join(place.directory, 'killed-'))
    const recording = await place.start('record', { args: [app], env: { RETAKE_CASSETTE: cassette } })
    // The worker runs when it has written something.
    do await send(recording.port, { path: '/first' })
    while (!readdirSync(cassette).some((name) => statSync(path.join(cassette, name)).size > 1000))
    const finished: { readonly target: string; readonly at: number }[] = []
    const until = performance.now() + 500
    const lane = async (name: string): Promise<void> => {
      for (let number = 0; performance.now() < until; number++) {
        await send(recording.port, { path: `/${name}/${number}` })
        finished.push({ target: `/${name}/${number}`, at: performance.now() })
      }
    }
    await Promise.all(['a', 'b', 'c'].map(lane))
    const killedAt = performance.now()
    expect(await recording.stop('SIGKILL')).toBe('SIGKILL')
    const { takes, warnings } = place.recorded(cassette)
    expect(warnings).toEqual([expect.stringContaining('was not finished')])
    for (const { trigger, interactions } of takes) {
      expect(trigger.kind === 'http' && trigger.response?.status).toBe(200)
      expect(interactions).toHaveLength(1)
    }
    const read = new Set(takes.map(({ trigger }) => trigger.kind === 'http' && trigger.request.target))
    const due = finished.filter(({ at }) => at < killedAt - 200).map(({ target }) => target)
    return { due: due.length, lost: due.filter((target) => !read.has(target)) }
  }

  test('costs what happened in the last moments, and nothing else', async () => {
    const runs: Killed[] = []
    for (let run = 0; run < 5; run++) runs.push(await kill())
    expect(runs.every(({ due }) => due > 0)).toBe(true)
    // A machine that is busy with other things may starve any thread for that long, but not in most runs.
    expect(runs.filter(({ lost }) => lost.length === 0).length, JSON.stringify(runs)).toBeGreaterThanOrEqual(3)
  })
})

describe('a recording worker that cannot write', () => {
  /** The app answers as ever, ends as ever, and says what became of the recording. */
  async function goesOn(cassette: string): Promise<string> {
    const recording = await place.start('record', {
      args: [app],
      env: { RETAKE_CASSETTE: cassette, BEHAVIOUR: 'process.exit() in a handler' },
    })
    for (let number = 0; number < 200; number++) expect((await send(recording.port, { path: `/${number}` })).status).toBe(200)
    await send(recording.port, { path: '/end' }).catch(() => undefined)
    expect(await recording.ended, recording.output()).toBe(7)
    expect(place.stats()).toMatchObject([{ mode: 'record' }])
    return recording.output()
  }

  test('a file where the directory should be', async () => {
    const file = place.write('taken', 'a file')
    const output = await goesOn(path.join(file, 'cassettes'))
    expect(output.match(/RETAKE_CASSETTE_UNWRITABLE/g)).not.toBeNull()
    expect(place.stats()).toMatchObject([{ takes: 0 }])
  })

  const canMount = process.platform === 'linux' && process.getuid?.() === 0
  test.runIf(canMount)('a disk that is full', async () => {
    const disk = path.join(place.directory, 'disk')
    mkdirSync(disk)
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=16k', 'tmpfs', disk])
    try {
      const output = await goesOn(disk)
      expect(output).toContain('RETAKE_CASSETTE_UNWRITABLE')
      expect(output).toContain('ENOSPC')
      // What was written before is still there.
      const { takes } = place.recorded(disk)
      expect(takes.length).toBeGreaterThan(0)
      expect(takes.every(({ interactions }) => interactions.length === 1)).toBe(true)
    } finally {
      execFileSync('umount', [disk])
    }
  })
})
