import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { here, median, register, retakeIsBuilt, rotated, startChild, table, times, verdict } from '../measure.mjs'
import { bundled } from '../bundled.mjs'
import { load } from './load.mjs'

const routes = { '/none': 'no I/O', '/one': 'one query', '/rows': '50 rows', '/call': 'one outgoing call' }

/**
 * What recording costs an express and pg app: CPU of its main thread per request, and throughput, of the same app plain,
 * with Retake off, recording every request, and under OpenTelemetry; all alive at once, and loaded in turns.
 */
export async function measureRecording({ quick }) {
  const cassettes = mkdtempSync(join(tmpdir(), 'retake-bench-'))
  const upstream = await startChild(here(import.meta.url, 'upstream.mjs'))
  const leftAlone = join(cassettes, 'left-alone.json')
  const { detectorNames } = await bundled('redaction', "export { detectorNames } from '@retake/redaction'")
  writeFileSync(leftAlone, JSON.stringify({ redact: { without: detectorNames }, draws: 'value' }))
  const env = { UPSTREAM: String(upstream.ready.port), NODE_ENV: 'production' }
  const variants = {
    plain: { env },
    ...(retakeIsBuilt
      ? {
          off: { execArgv: ['--import', register], env: { ...env, RETAKE_MODE: 'off' } },
          recording: { execArgv: ['--import', register], env: { ...env, RETAKE_MODE: 'record', RETAKE_CASSETTE: cassettes } },
          // Redaction is the worker's business: on the main thread this is the same.
          'recording, not redacted': {
            execArgv: ['--import', register],
            env: { ...env, RETAKE_MODE: 'record', RETAKE_CASSETTE: cassettes, RETAKE_CONFIG: leftAlone },
          },
        }
      : {}),
    OpenTelemetry: { execArgv: ['--import', here(import.meta.url, 'otel.mjs')], env },
  }
  const apps = {}
  for (const [name, options] of Object.entries(variants)) apps[name] = await startChild(here(import.meta.url, 'app.mjs'), options)

  const cpu = {}
  const rate = {}
  const [rounds, amount] = quick ? [3, 1500] : [9, 4000]
  for (let round = -1; round < rounds; round++) {
    for (const route of Object.keys(routes)) {
      for (const [name, app] of rotated(Object.entries(apps), round + 1)) {
        const before = await app.ask('cpu')
        const perSecond = await load({ port: app.ready.port, path: route, connections: 8, amount })
        const after = await app.ask('cpu')
        if (round < 0) continue
        ;((cpu[name] ??= {})[route] ??= []).push((after.cpu - before.cpu) / amount)
        ;((rate[name] ??= {})[route] ??= []).push(perSecond)
      }
    }
  }
  for (const app of [...Object.values(apps), upstream]) await app.stop()
  rmSync(cassettes, { recursive: true, force: true })

  const of = (figures, name) => Object.keys(routes).map((route) => median(figures[name][route]))
  const plainCpu = of(cpu, 'plain')
  const plainRate = of(rate, 'plain')
  const summary = Object.keys(apps).map((name) => {
    const ratios = of(cpu, name).map((figure, index) => figure / plainCpu[index])
    const rates = of(rate, name).map((figure, index) => figure / plainRate[index])
    return { name, cpu: of(cpu, name), ratios, median: median(ratios), worst: Math.max(...ratios), rate: median(rates) }
  })
  const recording = summary.find(({ name }) => name === 'recording')
  const off = summary.find(({ name }) => name === 'off')
  const plainText = summary.find(({ name }) => name === 'recording, not redacted')
  return {
    title: 'Recording an express and pg app',
    method: `${rounds} rounds of ${amount} requests per route and variant over 8 connections, the variants taking turns; CPU time of the app's main thread; medians.`,
    text: table(
      ['main thread', ...Object.values(routes).map((name) => `${name}, µs`), 'median', 'worst route', 'throughput'],
      summary.map(({ name, cpu: figures, ratios, median: middle, worst, rate: rates }) => [
        name,
        ...figures.map((figure, index) => `${figure.toFixed(0)} (${ratios[index].toFixed(2)})`),
        times(middle),
        times(worst),
        times(rates),
      ]),
    ),
    budgets:
      recording === undefined
        ? []
        : [
            [
              'CPU per request, recording, median of four routes',
              '≤ 1.15 × plain',
              times(recording.median),
              verdict(recording.median <= 1.15),
            ],
            ['CPU per request, recording, worst route', '≤ 1.25 × plain', times(recording.worst), verdict(recording.worst <= 1.25)],
            ['throughput, recording', '≥ 0.90 × plain', times(recording.rate), verdict(recording.rate >= 0.9)],
            [
              'CPU per request, redaction, median of four routes',
              '0 µs on the main thread',
              `${median(recording.cpu.map((figure, index) => figure - plainText.cpu[index])).toFixed(1)} µs`,
              verdict(recording.median - plainText.median <= 0.03),
            ],
            ['CPU per request, off', '1.00 × plain', times(off.median), verdict(off.median <= 1.03)],
          ],
  }
}
