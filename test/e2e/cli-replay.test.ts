import fs from 'node:fs'
import net from 'node:net'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { CliSession } from './cli-session.ts'

let session: CliSession
beforeEach(async () => {
  session = await CliSession.open()
})
afterEach(() => session[Symbol.asyncDispose]())

/** Records three takes and stops the upstream. */
async function recorded(): Promise<void> {
  const { exitCode } = await session.record([['/greeting'], ['/echo', 'hello'], ['/greeting?again']])
  expect(exitCode).toBe(0)
  await session.stopUpstream()
}

const replay = (words: readonly string[] = [], env: Record<string, string> = {}) => session.run(['replay', ...words], env)

test('the recorded command is started again, and every take is identical', async () => {
  await recorded()
  const { exitCode, stdout, stderr } = await replay()
  expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 })
  expect(stdout).toContain('Takes  3 passed')
})

test.each([
  ['--order', 'reversed'],
  ['--order', 'random:5'],
  ['--concurrency', '3'],
  ['--order', 'random', '--concurrency', '2'],
])('identical with %s %s', async (...options) => {
  await recorded()
  expect(await replay(options)).toMatchObject({ exitCode: 0 })
})

test('an app with two ports gets each request at its own, also where one of them comes later', async () => {
  const [first, second] = [await freePort(), await freePort()]
  const app = session.write(
    'two-ports.mjs',
    `import http from 'node:http'
    const listen = (port, name) => new Promise((done) => http.createServer((_request, response) => response.end(name)).listen(port, '127.0.0.1', done))
    await listen(${first}, 'metrics')
    await new Promise((done) => setTimeout(done, 200))
    await listen(${second}, 'shop')
    console.log('both')`,
  )
  const recording = session.start(['record', '--', 'node', app])
  await recording.printed(/both/)
  for (const port of [second, first]) await (await fetch(`http://127.0.0.1:${port}/`)).text()
  recording.signal('SIGINT')
  await recording.ended
  expect(await replay()).toMatchObject({ exitCode: 0 })
})

test('another answer fails the take, with the difference', async () => {
  await recorded()
  const { exitCode, stdout } = await replay([], { BEHAVIOUR: 'other answer' })
  expect(exitCode).toBe(1)
  expect(stdout).toContain('body.hello')
  expect(stdout).toContain('Ada')
  expect(stdout).toContain('ADA')
})

test.each([['--order', 'reversed'], ['--concurrency', '2'], ['--filter', 'greeting'], []])(
  'what fails with %s %s may fail for what the app keeps in memory: said where takes are not all sent as recorded',
  async (...options) => {
    await recorded()
    const { stdout } = await replay(options, { BEHAVIOUR: 'other answer' })
    expect(stdout.includes('apps keep things in memory')).toBe(options.length > 0)
  },
)

test('a call that was not recorded fails the take, with the nearest recorded one', async () => {
  await recorded()
  const { exitCode, stdout } = await replay(['--filter', 'greeting?again'], { BEHAVIOUR: 'other call' })
  expect(exitCode).toBe(1)
  expect(stdout).toContain('/name?polite=1')
  expect(stdout).toContain('query')
})

test('a changed call is one difference, and the answer that differs names it', async () => {
  await recorded()
  const { stdout } = await replay(['--filter', 'greeting?again', '--json'], { BEHAVIOUR: 'other call' })
  const { takes } = JSON.parse(stdout) as { takes: { calls: { missed: object[]; missing: object[] }; cause: string; reasons: string[] }[] }
  expect(takes[0]?.calls.missing).toEqual([])
  expect(takes[0]?.calls.missed).toMatchObject([
    { effect: 'read', protocol: 'http1', interaction: 0, differences: [{ path: 'query', asked: '{"polite":["1"]}' }] },
  ])
  expect(takes[0]?.cause).toMatch(/^GET .*\/name\?polite=1$/)
  expect(takes[0]?.reasons[0]).toMatch(/^call changed, not answered: GET .* \(query\)$/)
})

test('what differs says from which call the recorded value came, and what to do next', async () => {
  await recorded()
  const { stdout } = await replay(['--filter', 'greeting?again'], { BEHAVIOUR: 'other answer' })
  expect(stdout).toMatch(/recorded value from GET .*\/name\n/)
  expect(stdout).toMatch(/Next\n[^]*retake show \w{8}-3\n[^]*retake replay --learn -- [^]*retake record -- /)
})

test('single takes: by id, by the beginning of one, by text', async () => {
  await recorded()
  const takes = JSON.parse((await session.run(['list', '--json'])).stdout) as { id: string; target: string }[]
  const echo = takes.find((take) => take.target === '/echo')
  expect(await replay([echo?.id ?? ''])).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('Takes  1 passed') })
  expect(await replay(['--filter', 'post /ECHO'])).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('Takes  1 passed') })
})

test('--bail stops after the first failure', async () => {
  await recorded()
  const { exitCode, stdout } = await replay(['--bail', '--json'], { BEHAVIOUR: 'other answer' })
  expect(exitCode).toBe(1)
  expect(JSON.parse(stdout)).toMatchObject({ counts: { passed: 0, failed: 1, notRun: 2 } })
})

test('a script passes when it calls and ends as recorded', async () => {
  await session.run(['record', '--', 'node', session.app('greeting-script.mjs')])
  await session.stopUpstream()
  expect(await replay()).toMatchObject({ exitCode: 0 })
  expect(await replay([], { BEHAVIOUR: 'other exit' })).toMatchObject({ exitCode: 1, stdout: expect.stringContaining('exit code') })
  expect(await replay([], { BEHAVIOUR: 'other call' })).toMatchObject({ exitCode: 1, stdout: expect.stringContaining('/name?polite=1') })
})

describe('apps that do not behave', () => {
  test('one that ends early: exit code 3, with its last output', async () => {
    await recorded()
    const { exitCode, stderr } = await replay([], { BEHAVIOUR: 'exit early' })
    expect(stderr).toContain('ended before it listened on a port: exit code 5. Its last output:\n    no configuration found')
    expect(stderr).toContain('RETAKE_APP_EXITED')
    expect(exitCode).toBe(3)
  })

  test('one that never listens: exit code 3', async () => {
    await recorded()
    session.write('retake.config.json', '{ "startTimeoutMs": 1500 }')
    const { exitCode, stderr } = await replay([], { BEHAVIOUR: 'never listen' })
    expect(stderr).toContain('did not listen on a port within 1500 ms')
    expect(stderr).toContain('RETAKE_APP_NOT_LISTENING')
    expect(exitCode).toBe(3)
  })

  test('one that is not there: exit code 3', async () => {
    await recorded()
    const { exitCode, stderr } = await replay(['--', 'there-is-no-such-program'])
    expect(stderr).toContain('ENOENT')
    expect(exitCode).toBe(3)
  })

  test('one that crashes: its take is named, the rest is not run, exit code 1', async () => {
    await recorded()
    const { exitCode, stdout, stderr } = await replay([], { BEHAVIOUR: 'crash at /echo' })
    expect(stderr).toMatch(
      /ended while it answered POST \/echo \(\w{8}-2\): exit code 9\. Its last output:[^]*about to crash[^]*RETAKE_APP_CRASHED/,
    )
    expect(stdout).toContain('Takes  1 passed, 1 failed, 1 not run')
    expect(exitCode).toBe(1)
  })

  test('Ctrl-C stops the app and says what was not run', async () => {
    await recorded()
    const running = session.start(['replay', '--verbose'], { BEHAVIOUR: 'never listen' })
    await running.printed(/starting/)
    running.signal('SIGINT')
    expect(await running.ended).toMatchObject({
      exitCode: 1,
      stdout: expect.stringContaining('3 not run'),
      stderr: expect.stringContaining('interrupted'),
    })
  })
})

describe('exit code 2', () => {
  test.each([
    ['a take that is not there', ['nosuchid-1'], 'RETAKE_TAKE_UNKNOWN'],
    ['a trace that is not there', ['--trace', '4bf92f3577b34da6a3ce929d0e0e4736'], 'RETAKE_TAKE_UNKNOWN'],
    ['a filter that leaves nothing', ['--filter', 'DELETE'], 'None of the 3 takes'],
    ['an order that is none', ['--order', 'sorted'], '--order is "sorted"'],
    ['a count that is none', ['--concurrency', '0'], '--concurrency is "0"'],
  ])('%s', async (_what, words, message) => {
    await recorded()
    const { exitCode, stderr } = await replay(words)
    expect(stderr).toContain(message)
    expect(exitCode).toBe(2)
  })
})

describe('exit code 4: cassettes that cannot be read', () => {
  const commands = [['list'], ['show', 'x'], ['replay', '--', 'node', '--version']] as const

  async function expectCode(place: string, code: string): Promise<void> {
    for (const words of commands) {
      const { exitCode, stderr } = await session.run([words[0], '--cassette', place, ...words.slice(1)])
      expect(stderr).toContain(code)
      expect(stderr).not.toContain('    at ')
      expect(exitCode).toBe(4)
    }
  }

  test('missing', () => expectCode('nowhere', 'RETAKE_CASSETTE_MISSING'))

  test('an empty directory', async () => {
    fs.mkdirSync(path.join(session.directory, 'empty'))
    await expectCode('empty', 'RETAKE_CASSETTE_MISSING')
  })

  test('foreign', () => expectCode(session.write('foreign.retake', '{"this is": "no cassette"}'.repeat(100)), 'RETAKE_CASSETTE_FOREIGN'))

  test('changed in the middle', async () => {
    await recorded()
    const file = theCassette()
    const bytes = fs.readFileSync(file)
    for (let offset = 64; offset < bytes.length; offset += 7) bytes[offset] = (bytes[offset] ?? 0) ^ 0x55
    fs.writeFileSync(file, bytes)
    await expectCode(file, 'RETAKE_CASSETTE_CORRUPT')
  })

  test('an empty file', () => expectCode(session.write('empty.retake', ''), 'RETAKE_CASSETTE_'))

  test('cut off in its first bytes', async () => {
    await recorded()
    const file = theCassette()
    fs.truncateSync(file, 10)
    await expectCode(file, 'RETAKE_CASSETTE_CORRUPT')
  })

  test('written by a later release', async () => {
    await recorded()
    const file = theCassette()
    const bytes = fs.readFileSync(file)
    bytes[versionOffset] = 200
    fs.writeFileSync(file, bytes)
    await expectCode(file, 'RETAKE_CASSETTE_VERSION')
  })
})

test('a recording that was cut off is read as far as it goes, and says so', async () => {
  await recorded()
  const file = `${theCassette()}.partial`
  fs.renameSync(theCassette(), file)
  fs.truncateSync(file, fs.statSync(file).size - 40)
  const { exitCode, stderr, stdout } = await session.run(['list'])
  expect(exitCode).toBe(0)
  expect(stderr).toMatch(/^retake: .*\.retake\.partial was not finished/)
  expect(stdout).toContain('/greeting')
  expect(await replay()).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('passed') })
})

test('exit code 2: an unknown key in the configuration', async () => {
  await recorded()
  session.write('retake.config.json', '{ "strickt": true }')
  const { exitCode, stderr } = await replay()
  expect(stderr).toMatch(/unknown key `strickt`; allowed: .*strict/)
  expect(exitCode).toBe(2)
})

/** Where docs/cassette-format.md puts the major version. */
const versionOffset = 8

function theCassette(): string {
  const directory = path.join(session.directory, 'cassettes')
  const [name] = fs.readdirSync(directory).filter((each) => each.endsWith('.retake'))
  return path.join(directory, name ?? '')
}

async function freePort(): Promise<number> {
  const server = net.createServer()
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as net.AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}
