import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import fs from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { CliSession, retakeFile } from './cli-session.ts'

let session: CliSession
beforeEach(async () => {
  session = await CliSession.open()
})
afterEach(() => session[Symbol.asyncDispose]())

interface Listed {
  readonly kind: string
  readonly method: string
  readonly target: string
  readonly status: number
}

/** Takes that began with a request. */
async function listed(): Promise<Pick<Listed, 'method' | 'target' | 'status'>[]> {
  const { stdout, exitCode, stderr } = await session.run(['list', '--json'])
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
  return (JSON.parse(stdout) as Listed[])
    .filter(({ kind }) => kind === 'http')
    .map(({ method, target, status }) => ({ method, target, status }))
}

test('Ctrl-C is passed on once, and what was recorded is kept', async () => {
  const { exitCode, stdout, stderr } = await session.record([['/greeting'], ['/echo?a=1', 'hello'], ['/nothing']])
  expect(exitCode).toBe(0)
  expect(stdout.match(/asked to end/g)).toHaveLength(1)
  expect(stderr).toMatch(/GET +\/greeting +200 +1 call /)
  expect(stderr).toMatch(/POST +\/echo\?a=1 +201 +0 calls /)
  expect(stderr).toMatch(/GET +\/nothing +404 +0 calls /)
  expect(stderr).toContain('retake: recorded 3 takes and 1 call (http1 1) in ./cassettes')
  expect(await listed()).toEqual([
    { method: 'GET', target: '/greeting', status: 200 },
    { method: 'POST', target: '/echo?a=1', status: 201 },
    { method: 'GET', target: '/nothing', status: 404 },
  ])
})

test('an app that was asked to end may end in its own way', async () => {
  const { exitCode, stderr } = await session.record([['/greeting']], { BEHAVIOUR: 'end badly' })
  expect(exitCode).toBe(0)
  expect(stderr).toContain('recorded 1 take and 1 call')
})

test('a second Ctrl-C ends an app that stays', async () => {
  const recording = session.start(['record', '--', 'node', session.app('greeting-app.mjs')], { BEHAVIOUR: 'stay' })
  const port = await recording.printed(/listening on (\d+)/)
  await (await fetch(`http://127.0.0.1:${port}/greeting`)).arrayBuffer()
  await recording.printed(/GET +\/greeting/)
  recording.signal('SIGINT')
  await recording.printed(/asked to end/)
  recording.signal('SIGINT')
  expect(await recording.ended).toMatchObject({ exitCode: 0 })
  // What was written before stays readable, and what it is, is said.
  expect(await session.run(['list'])).toMatchObject({
    exitCode: 0,
    stdout: expect.stringMatching(/GET +\/greeting +200/),
    stderr: expect.stringMatching(/^retake: .*\.retake/),
  })
})

test('a shell that does not pass the signal on leaves nothing behind', async () => {
  const recording = session.start(['record', '--', '/bin/sh', '-c', `node "${session.app('greeting-app.mjs')}" & wait`])
  const port = await recording.printed(/listening on (\d+)/)
  await (await fetch(`http://127.0.0.1:${port}/greeting`)).arrayBuffer()
  recording.signal('SIGTERM')
  expect(await recording.ended).toMatchObject({ exitCode: 0, stderr: expect.stringContaining('recorded 1 take and 1 call') })
  await expect(fetch(`http://127.0.0.1:${port}/greeting`)).rejects.toThrow('fetch failed')
})

test('--until ends the app after that many takes', async () => {
  const recording = session.start(['record', '--until', '2', '--', 'node', session.app('greeting-app.mjs')])
  const port = await recording.printed(/listening on (\d+)/)
  for (let count = 0; count < 2; count++) await (await fetch(`http://127.0.0.1:${port}/greeting`)).arrayBuffer()
  expect(await recording.ended).toMatchObject({ exitCode: 0, stderr: expect.stringContaining('recorded 2 takes') })
})

test('--for ends the app after that time', async () => {
  const ended = await session.run(['record', '--for', '1s', '--', 'node', session.app('greeting-app.mjs')])
  expect(ended).toMatchObject({ exitCode: 0, stderr: expect.stringContaining('nothing was recorded: no request reached the app') })
})

test('--json prints a line for each take and a summary; the output of the app moves away', async () => {
  const recording = session.start(['record', '--json', '--', 'node', session.app('greeting-app.mjs')])
  const port = await recording.printed(/listening on (\d+)/)
  await (await fetch(`http://127.0.0.1:${port}/greeting`)).arrayBuffer()
  await recording.printed(/"recorded"/)
  recording.signal('SIGTERM')
  const { stdout, exitCode } = await recording.ended
  const lines = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>)
  expect(exitCode).toBe(0)
  expect(lines[0]).toMatchObject({ type: 'recorded', method: 'GET', target: '/greeting', status: 200, calls: 1 })
  expect(lines.at(-1)).toMatchObject({ type: 'summary', takes: 1, end: { kind: 'exited', code: 0 } })
})

test('a script is one take', async () => {
  const { exitCode, stdout, stderr } = await session.run(['record', '--', 'node', session.app('greeting-script.mjs')])
  expect(stdout).toBe('hello Ada\n')
  expect(stderr).toContain('failed by itself: exit code 3')
  expect(stderr).toContain('recorded 0 takes and 1 call (http1 1)')
  expect(exitCode).toBe(1)
})

test('paths with spaces and a NODE_OPTIONS that is there already', async () => {
  const root = path.join(path.dirname(retakeFile), '..', '..', '..')
  const home = path.join(session.directory, 'my tools')
  fs.mkdirSync(home)
  fs.cpSync(path.dirname(retakeFile), path.join(home, 'retake', 'dist'), { recursive: true })
  fs.copyFileSync(path.join(root, 'packages/retake/package.json'), path.join(home, 'retake', 'package.json'))
  const own = path.join(root, 'packages/retake/node_modules')
  if (fs.existsSync(own)) fs.symlinkSync(own, path.join(home, 'retake', 'node_modules'))
  fs.symlinkSync(path.join(root, 'node_modules'), path.join(home, 'node_modules'))
  const app = path.join(home, 'an app.mjs')
  fs.copyFileSync(session.app('greeting-script.mjs'), app)
  const place = path.join('my tools', 'the tapes')
  const { stdout, stderr } = await session.run(
    ['record', '--cassette', place, '--', 'node', app],
    { NODE_OPTIONS: '--no-warnings' },
    path.join(home, 'retake', 'dist', 'cli.js'),
  )
  expect(stdout).toBe('hello Ada\n')
  expect(stderr).toContain('1 call (http1 1) in my tools/the tapes')
  expect(fs.readdirSync(path.join(session.directory, place)).filter((name) => name.endsWith('.retake'))).toHaveLength(1)
})

test('an entry file that only a hook of `require` can read', async () => {
  // An enum is no TypeScript that Node could strip; with a name of CommonJS in package.json as in most projects.
  const entry = session.write('entry.ts', `enum Kind { One = 'one' }\nconsole.log(Kind.One, require.main === module)\n`)
  const hook = createRequire(import.meta.url).resolve('tsx/cjs')
  const recorded = await session.run(['record', '--', process.execPath, '-r', hook, entry])
  expect(recorded).toMatchObject({ exitCode: 0, stdout: 'one true\n' })
  expect(await session.run(['replay'])).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('1 passed') })
})

describe('exit codes', () => {
  test.each([
    ['no command', ['record'], /must stand after `--`/],
    ['a command without --', ['record', 'node', 'app.js'], /retake record -- node app.js/],
    ['an unknown option', ['record', '--fast', '--', 'node'], /unknown option '--fast'/],
    ['a wrong duration', ['record', '--for', 'ever', '--', 'node'], /--for is "ever"/],
    ['an unknown command', ['rewind'], /unknown command 'rewind'/],
    ['nothing at all', [], /Usage: retake/],
  ])('2: %s', async (_what, words, message) => {
    const { exitCode, stderr } = await session.run(words)
    expect(stderr).toMatch(message)
    expect(exitCode).toBe(2)
  })

  test('2: an unknown key in the configuration, before the app is started', async () => {
    session.write('retake.config.json', '{ "casette": "tapes" }')
    const { exitCode, stdout, stderr } = await session.run(['record', '--', 'node', session.app('greeting-script.mjs')])
    expect(exitCode).toBe(2)
    expect(stdout).toBe('')
    expect(stderr).toMatch(/retake\.config\.json: unknown key `casette`; allowed: .*cassette/)
    expect(session.asked).toBe(0)
  })

  test('3: a program that is not there', async () => {
    const { exitCode, stderr } = await session.run(['record', '--', 'there-is-no-such-program'])
    expect(stderr).toContain('`there-is-no-such-program` could not be started: spawn there-is-no-such-program ENOENT')
    expect(exitCode).toBe(3)
  })

  test('3: an app that fails before anything was recorded', async () => {
    const { exitCode, stderr } = await session.run(['record', '--', 'node', session.app('greeting-app.mjs')], { BEHAVIOUR: 'exit early' })
    expect(stderr).toContain('no configuration found')
    expect(stderr).toContain('failed by itself: exit code 5')
    expect(exitCode).toBe(3)
  })

  test('1: an app that fails later', async () => {
    const recording = session.start(['record', '--', 'node', session.app('greeting-app.mjs')], { BEHAVIOUR: 'crash at /boom' })
    const port = await recording.printed(/listening on (\d+)/)
    await (await fetch(`http://127.0.0.1:${port}/greeting`)).arrayBuffer()
    await expect(fetch(`http://127.0.0.1:${port}/boom`)).rejects.toThrow()
    const { exitCode, stderr } = await recording.ended
    expect(stderr).toContain('failed by itself: exit code 9')
    expect(stderr).toContain('1 take dropped: 1 had no answer yet when the process ended')
    expect(exitCode).toBe(1)
    expect(await listed()).toContainEqual({ method: 'GET', target: '/greeting', status: 200 })
  })

  test('4: a place that cannot be written, before the app is started', async () => {
    session.write('tapes', 'a file, no directory')
    const { exitCode, stdout, stderr } = await session.run([
      'record',
      '--cassette',
      'tapes/new',
      '--',
      'node',
      session.app('greeting-script.mjs'),
    ])
    expect(exitCode).toBe(4)
    expect(stdout).toBe('')
    expect(stderr).toContain('RETAKE_CASSETTE_UNWRITABLE')
    expect(session.asked).toBe(0)
  })

  const canMount = process.platform === 'linux' && process.getuid?.() === 0
  test.runIf(canMount)('4: a disk that is full, said once, with its reason', async () => {
    const disk = path.join(session.directory, 'disk')
    fs.mkdirSync(disk)
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=16k', 'tmpfs', disk])
    try {
      const recording = session.start(['record', '--cassette', 'disk', '--', 'node', session.app('greeting-app.mjs')])
      const port = await recording.printed(/listening on (\d+)/)
      const failed = recording.printed(/ENOSPC/)
      let isFull = false
      void failed.then(() => (isFull = true))
      const post = async (): Promise<unknown> =>
        (await fetch(`http://127.0.0.1:${port}/echo`, { method: 'POST', body: randomBytes(8000).toString('hex') })).arrayBuffer()
      await (await fetch(`http://127.0.0.1:${port}/greeting`)).arrayBuffer()
      while (!isFull) await post()
      await post()
      recording.signal('SIGINT')
      const { exitCode, stderr } = await recording.ended
      expect(exitCode).toBe(4)
      expect(stderr.match(/RETAKE_CASSETTE_UNWRITABLE/g)).toHaveLength(1)
      expect(stderr).not.toContain('    at ')
      expect(stderr).toMatch(/\d+ came after the recorder had stopped/)
      expect(stderr).not.toContain('memory')
    } finally {
      execFileSync('umount', [disk])
    }
  })

  test('0: --help and --version', async () => {
    const help = await session.run(['record', '--help'])
    expect(help).toMatchObject({ exitCode: 0, stderr: '', stdout: expect.stringContaining('retake record --until 100') })
    expect(await session.run(['--version'])).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) })
  })
})
