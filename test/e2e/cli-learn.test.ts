import fs from 'node:fs'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { CliSession } from './cli-session.ts'

let session: CliSession
beforeEach(async () => {
  session = await CliSession.open()
})
afterEach(() => session[Symbol.asyncDispose]())

async function recorded(...paths: readonly string[]): Promise<void> {
  const { exitCode } = await session.record(paths.map((each) => [each] as const))
  expect(exitCode).toBe(0)
  await session.stopUpstream()
}

const replay = (words: readonly string[] = [], env: Record<string, string> = {}) => session.run(['replay', ...words], env)
const config = (name = 'retake.config.mjs'): string => fs.readFileSync(path.join(session.directory, name), 'utf8')
const day = /\d{4}-\d{2}-\d{2}/

test('learns what differs between two replays, writes it with its reason, and hides nothing else', async () => {
  await recorded('/status', '/greeting')
  expect(await replay()).toMatchObject({ exitCode: 1 })

  const learned = await replay(['--learn', '--yes'])
  expect(learned.stderr).toContain('patterns: body.process.name must match ^app-\\d+$')
  expect(learned.stderr).toContain('3 rules written to retake.config.mjs, which is new')
  expect(learned).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('Takes  2 passed') })
  expect(config()).toMatch(day)
  expect(
    config()
      .replace(/\/\/ .*: two replays .*$/gm, '// why')
      .replace(/^ +\/\/ why\n/gm, ''),
  ).toBe(`/** @type {import('retake/config').RetakeConfig} */
export default {
  takes: {
    'GET /status': {
      noise: [
        'body.process.pid',
        'body.load[*].pid',
      ],
      patterns: {
        'body.process.name': '^app-\\\\d+$',
      },
    },
  },
}
`)

  expect(await replay()).toMatchObject({ exitCode: 0 })
  const sick = await replay([], { BEHAVIOUR: 'sick' })
  expect(sick).toMatchObject({ exitCode: 1, stdout: expect.stringContaining('body.ok') })
  expect(sick.stdout).not.toContain('body.process')

  const before = config()
  const again = await replay(['--learn', '--yes'])
  expect(again).toMatchObject({ exitCode: 0, stderr: expect.stringContaining('nothing to learn') })
  expect(config()).toBe(before)
})

test('takes of one route get one rule, an existing file keeps its comments, and nothing is written without a yes', async () => {
  await recorded('/status/1', '/status/2', '/greeting')
  session.write('retake.config.json', '{\n  // ours\n  "log": "info"\n}\n')

  const asked = await replay(['--learn'])
  expect(asked).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('nothing was written; --yes writes all') })
  expect(config('retake.config.json')).toBe('{\n  // ours\n  "log": "info"\n}\n')

  const { exitCode, stdout } = await replay(['--learn', '--yes', '--json'])
  const report = JSON.parse(stdout) as {
    learned: { file: string; rules: { take: string; kind: string; path: string; first: string; second: string }[] }
  }
  expect(report.learned.file).toBe('retake.config.json')
  expect(report.learned.rules.map(({ take, kind, path: where }) => `${take} ${kind} ${where}`)).toEqual([
    'GET /status/:id noise body.process.pid',
    'GET /status/:id patterns body.process.name',
    'GET /status/:id noise body.load[*].pid',
  ])
  for (const { first, second } of report.learned.rules) expect(first).not.toBe(second)
  expect(exitCode).toBe(0)
  expect(config('retake.config.json')).toContain('// ours')
  expect(await replay()).toMatchObject({ exitCode: 0 })
})

test('a change of the code is no drift: it is the same in both replays', async () => {
  await recorded('/greeting')
  const { exitCode, stderr, stdout } = await replay(['--learn', '--yes'], { BEHAVIOUR: 'other answer' })
  expect(stderr).toContain('nothing to learn')
  expect(stdout).toContain('body.hello')
  expect(exitCode).toBe(1)
  expect(fs.existsSync(path.join(session.directory, 'retake.config.mjs'))).toBe(false)
})

test('a configuration that cannot be edited is left alone, with what to add by hand', async () => {
  await recorded('/status')
  session.write('retake.config.mjs', 'const make = () => ({ log: "info" })\nexport default make()\n')
  const { exitCode, stderr } = await replay(['--learn', '--yes'])
  expect(stderr).toContain('in a way that cannot be edited for you; nothing was written')
  expect(stderr).toContain('"GET /status": {')
  expect(exitCode).toBe(2)
})

test('--yes without --learn is wrong usage', async () => {
  await recorded('/greeting')
  expect(await replay(['--yes'])).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('RETAKE_USAGE') })
})
