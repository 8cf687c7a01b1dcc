import { expect, test } from 'vitest'
import { bundle, runForJson } from './child-process.ts'

interface Outcome {
  readonly warnings: readonly string[]
  readonly [name: string]: unknown
}

const app = bundle(import.meta.url, 'retake-instrumentation-app.cts', 'cjs')

test('starts, stops and starts again as one of the app’s instrumentations', async () => {
  const outcome = await runForJson<Outcome>([app])
  expect(outcome).toMatchObject({
    name: '@retake/instrumentation',
    config: { mode: 'record' },
    first: { started: 1, pulse: 'carried', late: [] },
    again: 1,
    after: { pulse: 'native', late: [] },
    second: { started: 2, pulse: 'carried' },
    warnings: [],
  })
})

test('patches what was loaded before in place, and says where that is too late', async () => {
  const outcome = await runForJson<Outcome>([app, 'pg', 'undici'])
  expect(outcome).toMatchObject({ first: { pulse: 'carried', late: ['undici'] } })
  expect(outcome.warnings).toHaveLength(2)
  expect(outcome.warnings[0]).toContain('loaded after undici')
})
