import { describe, expect, test } from 'vitest'
import { bundle, nodeBinaries, runForJson } from '../child-process.ts'

interface Outcome {
  readonly [stage: string]: unknown
}

const retake = bundle(import.meta.url, 'retake-preload.ts', 'cjs')
const otel = bundle(import.meta.url, 'otel-preload.cts', 'cjs')
const app = bundle(import.meta.url, 'coexistence-app.cts', 'cjs')

const orders = {
  'Retake first': { args: ['-r', retake, '-r', otel] },
  'OpenTelemetry first': { args: ['-r', otel, '-r', retake] },
  'Retake, then OpenTelemetry in the app': { args: ['-r', retake], env: { OTEL_SETUP: otel } },
} as const

describe.each(nodeBinaries)('%s', (node) => {
  test.each(Object.entries(orders))('%s: the app’s spans are what they are without us', async (_, { args, ...rest }) => {
    const env = 'env' in rest ? rest.env : {}
    const [alone, together] = await Promise.all([
      runForJson<Outcome>(['-r', otel, app], { node }),
      runForJson<Outcome>([...args, app], { node, env }),
    ])
    expect(alone['enabled']).toEqual(['1 GET', '1 GET > 2 GET', '1 GET > 2 GET > 1 GET', '1 GET > 2 pg.query:SELECT test'])
    expect(alone['disabled']).toEqual([])
    for (const stage of ['enabled', 'disabled', 'enabled again', 'without us', 'without anybody', 'wrapped'])
      expect({ [stage]: together[stage] }).toEqual({ [stage]: alone[stage] })
    // One trace id for each take, that of the server span; both takes of one outer request are in one trace.
    expect(together['traces']).toEqual([
      ['/outer', 1, 32, ['finished']],
      ['/inner', 1, 32, ['finished']],
    ])
    expect(together['same trace']).toBe(true)
  })

  test('no telemetry, no ids', async () => {
    const outcome = await runForJson<Outcome>(['-r', retake, app], { node })
    expect(outcome['traces']).toEqual([
      ['/outer', 0, null, ['finished']],
      ['/inner', 0, null, ['finished']],
    ])
  })
})
