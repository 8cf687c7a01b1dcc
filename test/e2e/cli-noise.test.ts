import { afterEach, beforeEach, expect, test } from 'vitest'
import { CliSession } from './cli-session.ts'

let session: CliSession
beforeEach(async () => {
  session = await CliSession.open()
  const { exitCode } = await session.record([['/status'], ['/greeting']])
  expect(exitCode).toBe(0)
  await session.stopUpstream()
})
afterEach(() => session[Symbol.asyncDispose]())

const replay = (env: Record<string, string> = {}) => session.run(['replay', '--json'], env)

interface Report {
  readonly takes: readonly { readonly target: string; readonly pass: boolean; readonly differences: readonly { readonly path: string }[] }[]
}

const pathsOf = (json: string): readonly string[] =>
  (JSON.parse(json) as Report).takes.flatMap(({ differences }) => differences.map(({ path }) => path))

test('what no log of draws can give back differs, until the configuration says that it may', async () => {
  const before = await replay()
  expect(before.exitCode).toBe(1)
  expect(pathsOf(before.stdout)).toEqual(['body.process.pid', 'body.process.name', 'body.load[0].pid', 'body.load[1].pid'])

  const rules = { noise: ['body.process.pid', 'body.load[*].pid'], patterns: { 'body.process.name': '^app-\\d+$' } }
  session.write('retake.config.json', `// of each process another\n${JSON.stringify({ takes: { 'GET /status': rules } })}`)
  expect(await replay()).toMatchObject({ exitCode: 0, stderr: '' })
  const sick = await replay({ BEHAVIOUR: 'sick' })
  expect(pathsOf(sick.stdout)).toEqual(['body.ok'])

  session.write('retake.config.json', JSON.stringify({ takes: { 'GET /other': rules } }))
  expect(pathsOf((await replay()).stdout)).toHaveLength(4)
})

test.each([
  ['a rule that is too broad', { ignore: ['body'] }, '`ignore`: "body" is too broad'],
  ['a pattern that may take for ever', { patterns: { 'body.ok': '^(a|a)*$' } }, 'may take for ever'],
])('exit code 2: %s', async (_what, config, message) => {
  session.write('retake.config.json', JSON.stringify(config))
  const { exitCode, stderr } = await replay()
  expect(stderr).toContain('retake.config.json: ')
  expect(stderr).toContain(message)
  expect(stderr).toContain('RETAKE_CONFIG_INVALID')
  expect(exitCode).toBe(2)
})
