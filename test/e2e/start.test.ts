import fs from 'node:fs'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type AppOptions, type AppProcess, register } from '../harness/app-process.ts'
import { send } from '../harness/raw-request.ts'
import { apps, asCommonJs, packageDirectory, Workplace } from './workplace.ts'

let place: Workplace
beforeEach(async () => {
  place = await Workplace.open()
})
afterEach(() => place.close())

const registerFile = path.join(packageDirectory, 'dist', 'register.js')
const paths = ['/a', '/b', '/a'] as const

interface Expected {
  /** Processes that the command starts, each with a session of its own. */
  readonly processes: number
  readonly ending: number | string
}

/** Records three requests, stops the upstream, replays them; one session for each process, and everything once. */
async function roundTrip(
  recording: AppOptions,
  replaying: AppOptions = recording,
  { processes, ending }: Expected = { processes: 1, ending: 'SIGTERM' },
): Promise<void> {
  const recorder = await place.start('record', recording)
  const recorded = []
  for (const target of paths) recorded.push(await send(recorder.port, { path: target }))
  expect(await endOf(recorder), recorder.output()).toBe(ending)
  const asked = place.asked
  await place.stopUpstream()

  const { takes, sessions, warnings } = place.recorded()
  expect({ takes: takes.length, sessions: sessions.length, warnings }, recorder.output()).toEqual({
    takes: 3,
    sessions: processes,
    warnings: [],
  })
  expect(takes.reduce((sum, { interactions }) => sum + interactions.length, 0)).toBe(asked)

  const player = await place.start('replay', replaying)
  const replayed = []
  for (const target of paths) replayed.push(await send(player.port, { path: target }))
  await endOf(player)
  expect(recorded.map(({ status }) => status)).toEqual([200, 200, 200])
  expect(replayed, player.output()).toEqual(recorded)
  expect(place.stats().filter(({ takes }) => takes > 0)).toMatchObject([
    { mode: 'record', takes: 3, interactions: { http1: asked } },
    { mode: 'replay', takes: 3, served: asked, missed: 0 },
  ])
}

/** Ends the process that listens; tools that started it follow. */
async function endOf(app: AppProcess): Promise<number | string> {
  const pid = /^pid (\d+)$/m.exec(app.output())?.[1]
  if (pid === undefined) return app.stop()
  process.kill(Number(pid))
  return app.ended
}

/** The package, where `require('retake/register')` of an app in the workplace finds it. */
function installPackage(): void {
  fs.mkdirSync(path.join(place.directory, 'node_modules'))
  fs.symlinkSync(packageDirectory, path.join(place.directory, 'node_modules', 'retake'))
}

describe('the preload', () => {
  const preloads: readonly (readonly [name: string, execArgv: readonly string[]])[] = [
    ['--import by file', ['--import', register]],
    ['--import by name', ['--import', 'retake/register']],
    ['-r by file', ['-r', registerFile]],
    ['-r by name', ['-r', 'retake/register']],
  ]
  for (const [name, execArgv] of preloads) {
    for (const form of ['ESM', 'CommonJS'] as const) {
      test(`${name}, ${form}`, async () => {
        installPackage()
        const source = path.join(apps, 'price-app.mjs')
        const app = form === 'ESM' ? source : asCommonJs(source, place.directory)
        await roundTrip({ args: [app], preload: false, execArgv })
      })
    }
  }

  test('NODE_OPTIONS with a path that has spaces', async () => {
    const copy = path.join(place.directory, 'my tools')
    fs.cpSync(path.join(packageDirectory, 'dist'), path.join(copy, 'dist'), { recursive: true })
    fs.copyFileSync(path.join(packageDirectory, 'package.json'), path.join(copy, 'package.json'))
    fs.symlinkSync(path.resolve(packageDirectory, '../../node_modules'), path.join(copy, 'node_modules'))
    const env = { NODE_OPTIONS: `--import "${path.join(copy, 'dist', 'register.js')}"` }
    await roundTrip({ args: [path.join(apps, 'price-app.mjs')], preload: false, env })
  })

  test('recorded by -r in CommonJS, replayed by --import as ESM', async () => {
    const source = path.join(apps, 'price-app.mjs')
    await roundTrip(
      { args: [asCommonJs(source, place.directory)], preload: false, execArgv: ['-r', registerFile] },
      { args: [source], preload: false, execArgv: ['--import', register] },
    )
  })
})

describe('one session in a process', () => {
  /** Another copy of what is published, with its own modules. */
  function copyOfPackage(): string {
    const copy = path.join(place.directory, 'copy')
    fs.cpSync(path.join(packageDirectory, 'dist'), path.join(copy, 'dist'), { recursive: true })
    fs.copyFileSync(path.join(packageDirectory, 'package.json'), path.join(copy, 'package.json'))
    fs.symlinkSync(path.resolve(packageDirectory, '../../node_modules'), path.join(copy, 'node_modules'))
    return path.join(copy, 'dist', 'register.js')
  }

  test('two copies of the SDK, both preloaded', async () => {
    const second = copyOfPackage()
    const app = path.join(apps, 'price-app.mjs')
    await roundTrip(
      { args: [app], preload: false, execArgv: ['--import', register, '--import', second] },
      { args: [app], preload: false, execArgv: ['-r', second, '--import', register] },
    )
  })

  test('preloaded by -r and --import at once', async () => {
    const execArgv = ['-r', registerFile, '--import', register]
    await roundTrip({ args: [path.join(apps, 'price-app.mjs')], preload: false, execArgv })
  })

  test('preloaded, and started again by RetakeInstrumentation', async () => {
    installPackage()
    const preload = place.write(
      'telemetry.mjs',
      "import { RetakeInstrumentation } from 'retake/instrumentation'\nnew RetakeInstrumentation()\n",
    )
    const app = path.join(apps, 'price-app.mjs')
    await roundTrip({ args: [app], preload: false, execArgv: ['--import', register, '--import', preload] })
  })
})

describe('a session that cannot start ends the process before the app runs', () => {
  const app = path.join(apps, 'price-app.mjs')

  test.each([
    ['a mode that is none', { RETAKE_MODE: 'rewind' }, 2, 'RETAKE_MODE_INVALID'],
    ['a sample that is none', { RETAKE_SAMPLE: 'half' }, 2, 'RETAKE_CONFIG_INVALID'],
    ['a configuration that is not there', { RETAKE_CONFIG: 'nowhere.json' }, 2, 'RETAKE_CONFIG_INVALID'],
    ['a replay without a cassette', { RETAKE_MODE: 'replay' }, 4, 'RETAKE_CASSETTE_MISSING'],
  ])('%s', async (_what, env, exitCode, code) => {
    const { ended, output } = await place.run('record', { args: [app], env })
    expect(output).toContain(code)
    expect(output).not.toContain('listening')
    expect(ended).toBe(exitCode)
  })

  test('a replay of what is no cassette', async () => {
    fs.mkdirSync(place.cassette)
    place.write('cassettes/broken.retake', 'this is no cassette')
    const { ended, output } = await place.run('replay', { args: [app] })
    expect(output).toMatch(/RETAKE_CASSETTE_(FOREIGN|CORRUPT)/)
    expect(output).not.toContain('listening')
    expect(ended).toBe(4)
  })
})

describe('TypeScript through tsx', () => {
  const app = path.join(apps, 'price-app.ts')
  // The workplace is not below the repository: tsx is named by its file.
  const tsx = import.meta.resolve('tsx')

  test('tsx first', () => roundTrip({ args: [app], preload: false, execArgv: ['--import', tsx, '--import', register] }))

  test('tsx last', () => roundTrip({ args: [app], preload: false, execArgv: ['--import', register, '--import', tsx] }))

  test('CommonJS, both by -r', () => {
    const commonJs = process
      .getBuiltinModule('node:module')
      .createRequire(import.meta.url)
      .resolve('tsx/cjs')
    const copy = place.write('app.ts', fs.readFileSync(app, 'utf8'))
    return roundTrip({ args: [copy], preload: false, execArgv: ['-r', commonJs, '-r', registerFile] })
  })

  test('the command tsx, with NODE_OPTIONS', async () => {
    const command = path.join(path.dirname(new URL(tsx).pathname), 'cli.mjs')
    const options = { args: [command, app], preload: false, env: { NODE_OPTIONS: `--import ${register}` } }
    await roundTrip(options, options, { processes: 2, ending: 128 + 15 })
  })
})
