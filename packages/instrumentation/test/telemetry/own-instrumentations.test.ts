import { expect, test } from 'vitest'
import type { SpanRecord } from '@retake/core'
import { bundle, nodeBinaries, runForJson } from '../child-process.ts'

interface Outcome {
  readonly spans: readonly { readonly take: number; readonly span: SpanRecord }[]
  readonly registered: boolean
  readonly draws: readonly string[]
  readonly wrapped: readonly boolean[]
}

const app = bundle(import.meta.url, 'own-telemetry-app.cts', 'cjs')

test.each(nodeBinaries)('spans of our own, on a private provider: %s', async (node) => {
  const { spans, registered, draws, wrapped } = await runForJson<Outcome>([app], { node })
  const client = spans.filter(({ span }) => span.kind === 'client' && !span.name.includes('connect'))
  const shown = client.map(({ take, span: { name } }) => `${take} ${name}`).toSorted()
  expect(shown).toEqual(['1 GET', '1 pg.query:SELECT test', '2 GET', '2 pg.query:SELECT test'])
  for (const { span } of spans) {
    expect(span.end).toBeGreaterThanOrEqual(span.start)
    expect(Math.abs(span.start - Date.now())).toBeLessThan(60_000)
    expect(span.failed).toBe(false)
  }
  // One trace for each take.
  for (const take of [1, 2]) expect(new Set(spans.filter((each) => each.take === take).map(({ span }) => span.traceId)).size).toBe(1)
  expect(new Set(client.map(({ span }) => span.traceId)).size).toBe(2)
  // Neither statements nor URLs.
  expect(JSON.stringify(spans)).not.toContain('s3cret')
  expect(client.find(({ span }) => span.name === 'GET')?.span.attributes).toMatchObject({ 'http.response.status_code': 200 })
  expect(registered).toBe(false)
  // Their clock is no draw of the take.
  expect(draws).toEqual([])
  expect(wrapped).toEqual([false, false])
})
