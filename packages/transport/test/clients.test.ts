import { describe, expect, it } from 'vitest'
import { compareRuns } from './stage/compare.ts'
import { runScenario } from './stage/run-scenario.ts'
import { servers } from './stage/servers.ts'

describe.each(['esm', 'cjs'] as const)('%s', (format) => {
  it('node:http with a keep-alive agent', async () => {
    await compareRuns('http-keep-alive', 'http', format)
  })

  it('fetch', async () => {
    await compareRuns('fetch', 'http', format, 'exchanges')
  })

  it('node:https with a keep-alive agent', async () => {
    await compareRuns('https-agent', 'https', format)
  })

  it('undici over TLS', async () => {
    await compareRuns('undici', 'https', format, 'exchanges')
  })

  it('an http2 client works, and is known to be unreadable', async () => {
    const live = await servers.http2()
    const plain = await runScenario('http2-client', 'plain', format, live.environment)
    const tapped = await runScenario('http2-client', 'tap', format, live.environment)
    await live.close()
    expect(tapped.trace).toEqual(plain.trace)
    const kinds = tapped.log.map(({ kind }) => kind)
    expect(kinds.slice(0, 3)).toEqual(['opened', 'connected', 'unreadable'])
    expect(kinds.filter((kind) => kind === 'unreadable')).toHaveLength(1)
  })
})
