import path from 'node:path'
import { expect, test } from 'vitest'
import { ChangedApp } from './changed-app.ts'

// What is not played back is named in the report, with where the app used it.

const bcrypt = path.resolve(import.meta.dirname, '../../node_modules/bcrypt')

const code = `
  const { createRequire } = await import('node:module')
  const { execFile, execSync } = await import('node:child_process')
  const { promisify } = await import('node:util')
  const fs = await import('node:fs')
  const os = await import('node:os')
  const crypto = await import('node:crypto')
  createRequire(import.meta.url)(${JSON.stringify(bcrypt)})
  const { stdout } = await promisify(execFile)('date', ['+%s%N'])
  execSync('echo secret-argument')
  await promisify(execFile)(process.execPath, ['-p', '1'])
  fs.statSync('handler.mjs')
  await fs.promises.stat('handler.mjs')
  fs.rmdirSync(fs.mkdtempSync(os.tmpdir() + '/retake-uncontrolled-'))
  new WeakRef({}).deref()
  new FinalizationRegistry(() => {}).register({})
  os.loadavg()
  crypto.randomFillSync(Buffer.alloc(256))
  return { stdout, pid: process.pid, host: os.hostname(), memory: process.memoryUsage().rss, resident: process.memoryUsage.rss() }
`

test('each source is in the account, with its place in the app', async () => {
  await using app = await ChangedApp.record(code)
  const take = await app.replay(code)
  expect(take.pass).toBe(false)
  const uses = (take.calls?.draws.uncontrolled ?? []).map(
    ({ source, what, count }) =>
      `${source}: ${what.replace(/^.*(?=retake-uncontrolled-)/, '').replace(/^bcrypt\..*/, 'bcrypt.node')} × ${count}`,
  )
  expect(uses.toSorted()).toEqual([
    'child process: date × 1',
    'child process: echo × 1',
    'garbage collection: FinalizationRegistry × 1',
    'garbage collection: WeakRef × 1',
    'machine: os.hostname() × 1',
    'memory and load: os.loadavg() × 1',
    'memory and load: process.memoryUsage() × 1',
    'memory and load: process.memoryUsage.rss() × 1',
    'native add-on: bcrypt.node × 1',
    'pool of ids: 256 random bytes at once × 1',
    'process: process.pid × 1',
    'temporary folder: retake-uncontrolled- × 1',
    'time of a file: handler.mjs × 2',
  ])
  const date = take.calls?.draws.uncontrolled?.find(({ what }) => what === 'date')
  expect(date?.at).toMatch(/^handler\.mjs:\d+$/)
})

test('people are told where a difference may come from, and only then', async () => {
  const once = `
    const { execFileSync } = await import('node:child_process')
    const now = String(execFileSync('date', ['+%s%N']))
    return process.env.SHOWN === undefined ? 1 : now
  `
  await using app = await ChangedApp.record(once)
  const same = await app.command(once, [])
  expect(same.exitCode).toBe(0)
  expect(same.stdout).not.toContain('date')
  const verbose = await app.command(once, ['--verbose'])
  expect(verbose).toMatchObject({
    exitCode: 0,
    stdout: expect.stringMatching(/used, and not played back\n\s+child process date/) as unknown,
  })
  const different = await app.command(once, [], { SHOWN: '1' })
  expect(different.exitCode).toBe(1)
  expect(different.stdout).toMatch(/a difference may come from what is not played back\n\s+child process date \(handler\.mjs:\d+\)/)
})

test('what was read of the process while a module was loaded is named in each take that fails', async () => {
  // Closes the handler, so that the last lines stand in the module.
  const code = 'return own\n}\nconst own = process.pid\n{'
  await using app = await ChangedApp.record(code)
  const different = await app.command(code, [])
  expect(different.exitCode).toBe(1)
  expect(different.stdout).toMatch(/not played back\n\s+process process\.pid outside of takes, at handler\.mjs:4/)
  expect(different.stdout).toContain("`draws: { pid: 'value' }`")
})
