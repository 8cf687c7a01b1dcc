import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { here, median, register, retakeIsBuilt, startChild, table, verdict } from '../measure.mjs'
import { load } from '../recording/load.mjs'

const app = here(import.meta.url, '../recording/app.mjs')
const routes = { '/none': 'no I/O', '/one': 'one query', '/rows': '50 rows', '/call': 'one outgoing call' }

/**
 * How many takes of the express and pg app are replayed in a second of one core: requests without a name, so that each
 * finds its take by its own key, over four connections. Counted against the CPU of the main thread.
 */
export async function measureReplayedTakes({ quick }) {
  const [rounds, amount] = quick ? [3, 300] : [7, 1000]
  const title = 'Replaying takes of an express and pg app'
  const method = `${rounds} rounds of ${amount} requests per route over four connections, all of them recorded; CPU time of the app's main thread, medians.`
  if (!retakeIsBuilt) return { title, method, text: 'not built', budgets: [] }

  const cassettes = mkdtempSync(join(tmpdir(), 'retake-bench-'))
  const upstream = await startChild(here(import.meta.url, '../recording/upstream.mjs'))
  const env = { UPSTREAM: String(upstream.ready.port), NODE_ENV: 'production', RETAKE_CASSETTE: cassettes }
  const recorded = await startChild(app, { execArgv: ['--import', register], env: { ...env, RETAKE_MODE: 'record' } })
  for (const path of Object.keys(routes)) await load({ port: recorded.ready.port, path, connections: 4, amount })
  await recorded.stop()
  await upstream.stop()

  const replayed = await startChild(app, { execArgv: ['--import', register], env: { ...env, RETAKE_MODE: 'replay' } })
  const perCore = {}
  const perSecond = {}
  for (let round = -1; round < rounds; round++) {
    for (const path of Object.keys(routes)) {
      const before = await replayed.ask('cpu')
      const rate = await load({ port: replayed.ready.port, path, connections: 4, amount })
      const after = await replayed.ask('cpu')
      if (round < 0) continue
      ;(perCore[path] ??= []).push(amount / ((after.cpu - before.cpu) / 1e6))
      ;(perSecond[path] ??= []).push(rate)
    }
  }
  await replayed.stop()
  rmSync(cassettes, { recursive: true, force: true })

  const least = Math.min(...Object.keys(routes).map((path) => median(perCore[path])))
  return {
    title,
    method,
    text: table(
      ['route', 'takes per second of CPU', 'takes per second'],
      Object.entries(routes).map(([path, name]) => [name, median(perCore[path]).toFixed(0), median(perSecond[path]).toFixed(0)]),
    ),
    budgets: [['takes replayed per second and core, slowest route', '≥ 500', least.toFixed(0), verdict(least >= 500)]],
  }
}
