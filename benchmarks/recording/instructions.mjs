/**
 * Where recording's share of a request goes, in instructions that the app's main thread runs in user space: they are the
 * same however busy the machine is, and how warm its caches. Needs `perf` and a processor that counts.
 *
 *   node benchmarks/recording/instructions.mjs
 *
 * Each variant is measured twice: as it comes, and after full collections while the app was idle, early in its life. Writes
 * benchmarks/results/<date>-<machine class>-instructions.md.
 */
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { here, median, register, startChild, table } from '../measure.mjs'
import { load } from './load.mjs'

const routes = { '/none': 'no I/O', '/one': 'one query', '/rows': '50 rows', '/call': 'one outgoing call' }
const measured = 3000

if (spawnSync('perf', ['stat', '-e', 'instructions:u', 'true']).status !== 0) {
  console.error('perf cannot count instructions here: install linux-perf, on a processor whose counters can be read.')
  process.exit(2)
}

const scratch = mkdtempSync(join(tmpdir(), 'retake-bench-'))
const sampled = join(scratch, 'sampled.json')
writeFileSync(sampled, JSON.stringify({ sample: 1e-7 }))
const record = { RETAKE_MODE: 'record', RETAKE_CASSETTE: join(scratch, 'cassettes') }
const variants = {
  plain: {},
  'a bare AsyncLocalStorage': { preload: here(import.meta.url, 'async-local-storage.mjs') },
  off: { preload: register, env: { RETAKE_MODE: 'off' } },
  'patched, nothing recorded': { preload: register, env: { ...record, RETAKE_CONFIG: sampled } },
  recording: { preload: register, env: record },
}

const upstream = await startChild(here(import.meta.url, 'upstream.mjs'))
const rows = []
for (const [name, { preload, env = {} }] of Object.entries(variants)) {
  for (const when of ['as it comes', 'collected early']) {
    const app = await startChild(here(import.meta.url, 'app.mjs'), {
      execArgv: [
        '--expose-gc',
        ...[preload, here(import.meta.url, 'collect-on-signal.mjs')].filter(Boolean).map((file) => `--import=${file}`),
      ],
      env: { UPSTREAM: String(upstream.ready.port), NODE_ENV: 'production', ...env },
    })
    const { pid, port } = app.ready
    const send = (path, amount) => load({ port, path, connections: 8, amount })
    if (when === 'collected early') {
      for (const amount of [20, 200, 1000]) {
        await send('/none', amount)
        await sleep(200)
        process.kill(pid, 'SIGUSR2')
        await sleep(200)
      }
    }
    const figures = []
    for (const path of Object.keys(routes)) {
      await send(path, 12_000)
      const rounds = []
      for (let round = 0; round < 3; round++) rounds.push(await instructions(pid, () => send(path, measured)))
      figures.push(median(rounds) / measured / 1000)
    }
    rows.push([name, when, ...figures.map((figure) => figure.toFixed(1))])
    console.log(rows.at(-1).join('  '))
    await app.stop()
  }
}
await upstream.stop()
rmSync(scratch, { recursive: true, force: true })

const date = new Date().toISOString().slice(0, 10)
const [major] = process.versions.node.split('.')
const file = here(
  import.meta.url,
  `../results/${date}-${process.platform}-${process.arch}-${cpus().length}cpu-node${major}-instructions.md`,
)
writeFileSync(
  file,
  `# Instructions of a recorded request, ${date}

Node ${process.version}, ${process.platform} ${process.arch}, ${cpus()[0]?.model.trim() ?? 'unknown'}. Thousands of instructions in user space that the app's main thread runs for one request; the median of three times ${measured} requests over 8 connections, after 12,000 of the same route. \`node benchmarks/recording/instructions.mjs\`. What it means: docs/discoveries/what-recording-costs.md.

${table(['main thread', '', ...Object.values(routes)], rows)}
`,
)
console.log(`\nWritten to ${file}`)

/** Counts those of one thread, and of nobody else. */
async function instructions(thread, run) {
  const perf = spawn('perf', ['stat', '-x', ',', '-e', 'instructions:u', '-t', String(thread)], { stdio: ['ignore', 'ignore', 'pipe'] })
  let counted = ''
  perf.stderr.on('data', (text) => (counted += text))
  await sleep(200) // until it counts: it says nothing when it begins
  await run()
  perf.kill('SIGINT')
  await once(perf, 'close')
  return Number(counted.split(',')[0])
}
