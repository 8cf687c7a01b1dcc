import { describe, expect, test } from 'vitest'
import { bundle, nodeBinaries, runForJson, runNode } from '../child-process.ts'

interface Report {
  readonly writes: number
  readonly right: number
  readonly wrong: readonly string[]
  readonly draws: { readonly [name: string]: number }
  readonly failures: readonly string[]
}

const programs = {
  esm: ['--import', bundle(import.meta.url, 'stress-preload.ts', 'esm'), bundle(import.meta.url, 'stress-app.ts', 'esm')],
  cjs: ['--require', bundle(import.meta.url, 'stress-preload.ts', 'cjs'), bundle(import.meta.url, 'stress-app.ts', 'cjs')],
}
const kinds = JSON.parse((await runNode([...programs.esm, '--list'])).stdout) as string[]

describe.each(nodeBinaries)('%s', (node) => {
  describe.each(['esm', 'cjs'] as const)('%s', (format) => {
    describe.each(['carriers', 'carriers,otel', 'carriers,otel-first'])('%s', (STRESS) => {
      // The app's own telemetry wraps pg and http: its presence is of interest only there.
      const relevant = STRESS === 'carriers' ? kinds : kinds.filter((kind) => kind.startsWith('pg') || kind.endsWith('fetch'))
      test.each(relevant)('%s: every call is its take’s', async (kind) => {
        const report = await runForJson<Report>([...programs[format], kind], { node, env: { STRESS } })
        expect(report.wrong).toEqual([])
        expect(report.failures).toEqual([])
        expect(report.writes).toBeGreaterThan(0)
        expect(report.right).toBe(report.writes)
        // Nothing that a driver draws or times enters a take.
        expect(report.draws).toEqual({})
      })
    })

    test('postgres.js as the only driver: every call is its take’s', async () => {
      const [flag, preload] = programs[format]
      const app = bundle(import.meta.url, 'only-postgres-app.ts', format)
      const report = await runForJson<Report>([flag as string, preload as string, app], { node })
      expect(report).toMatchObject({ wrong: [], failures: [], draws: {} })
      expect(report.writes).toBeGreaterThan(0)
      expect(report.right).toBe(report.writes)
    })

    test.each(['pg pool', 'pg client, shared', 'postgres.js', 'undici'])(
      '%s: the measure notices that carriers are missing',
      async (kind) => {
        const report = await runForJson<Report>([...programs[format], kind], { node, env: { STRESS: 'none' } })
        expect(report.right).toBeLessThan(report.writes)
        if (kind !== 'pg client, shared') expect(report.draws).not.toEqual({})
      },
    )
  })
})
