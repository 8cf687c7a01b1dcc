import { spawnSync } from 'node:child_process'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const root = path.join(path.dirname(fileURLToPath(import.meta.url)), '..', '..')

function run(directory: string, ...words: string[]): { readonly exitCode: number | null; readonly output: string } {
  const { NODE_OPTIONS: _, RETAKE_MODE: __, ...env } = process.env
  const { status, stdout, stderr } = spawnSync(process.execPath, words, {
    cwd: path.join(root, 'examples', directory),
    env: { ...env, NO_COLOR: '1' },
    encoding: 'utf8',
  })
  return { exitCode: status, output: stdout + stderr }
}

test('the demo: recorded under traffic, identical without its database, regression caught', () => {
  const { exitCode, output } = run('express-pg', 'demo.mjs')
  expect(output).toMatch(/\ndemo: recorded (\d+), replayed \1 identical, regression caught\n$/)
  expect(output).toContain('body.shippingCents')
  expect(exitCode).toBe(0)
})

test('node-test: the committed cassettes answer', () => {
  const { exitCode, output } = run('node-test', '--test', '--test-reporter=tap')
  expect(output).toContain('# pass 4')
  expect(exitCode).toBe(0)
})

test('fastify and postgres.js: recorded, and identical without the database', () => {
  const { exitCode, output } = run('fastify-postgres-js', 'demo.mjs')
  expect(output).toContain('\nnotes: 8 requests recorded, and identical without the database\n')
  expect(exitCode).toBe(0)
})
