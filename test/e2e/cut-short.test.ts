import fs from 'node:fs'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { CliSession } from './cli-session.ts'

let session: CliSession
beforeEach(async () => {
  session = await CliSession.open()
})
afterEach(() => session[Symbol.asyncDispose]())

test('a finished file that has lost its end is no shorter recording: verify and replay say so', async () => {
  await session.record([['/greeting'], ['/nothing']])
  const cassettes = path.join(session.directory, 'cassettes')
  const [name] = fs.readdirSync(cassettes) as [string]
  const file = path.join(cassettes, name)
  fs.truncateSync(file, fs.statSync(file).size - 10)

  const verified = await session.run(['verify'])
  expect(verified.exitCode).toBe(4)
  expect(verified.stdout).toContain(`${name}: breaks off`)
  expect(verified.stdout).toContain('1 damaged')
  expect(JSON.parse((await session.run(['verify', '--json'])).stdout)).toMatchObject({ damaged: [{ file }] })

  const replayed = await session.run(['replay'])
  expect(replayed.exitCode).toBe(4)
  expect(replayed.stderr).toContain('RETAKE_CASSETTE_CORRUPT')

  // What is left of it can be had by its name.
  fs.renameSync(file, `${file}.partial`)
  expect(await session.run(['replay'])).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('2 passed') })
})

test('what is damaged is told in lines', async () => {
  await session.record([['/greeting']])
  const cassettes = path.join(session.directory, 'cassettes')
  const file = path.join(cassettes, fs.readdirSync(cassettes)[0] as string)
  const bytes = fs.readFileSync(file)
  bytes[600] = (bytes[600] as number) ^ 1
  fs.writeFileSync(file, bytes)
  const { exitCode, stdout } = await session.run(['verify'])
  expect(exitCode).toBe(4)
  expect(stdout).toMatch(/is damaged at byte \d+: .*\n  → Restore the file/)
})
