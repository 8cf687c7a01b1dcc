/**
 * What redaction costs the app's main thread: an express and pg app that records, once with all of redaction and once with
 * what can be left out of it left out (`redact.without`: every detector of shapes; draws kept), alive side by side and loaded in turns. CPU time is each thread's own (schedstat), so
 * what the recording worker does on the other core is told apart from what the app itself does; which of our bundles the main
 * thread has loaded is asked of it.
 * Usage: node benchmarks/redaction/main-thread.mjs [--quick]
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import { join } from 'node:path'
import { bundled } from '../bundled.mjs'
import { here, median, register, rotated, startChild, table } from '../measure.mjs'
import { load } from '../recording/load.mjs'

const routes = { '/none': 'no I/O', '/one': 'one query', '/rows': '50 rows', '/call': 'one outgoing call' }
const [rounds, amount] = process.argv.includes('--quick') ? [3, 500] : [15, 1500]
const folder = mkdtempSync(join(os.tmpdir(), 'retake-bench-'))
const { detectorNames } = await bundled('redaction', "export { detectorNames } from '@retake/redaction'")
const unredacted = join(folder, 'unredacted.json')
writeFileSync(unredacted, JSON.stringify({ redact: { without: detectorNames }, draws: 'value' }))
const upstream = await startChild(here(import.meta.url, '../recording/upstream.mjs'))
const app = here(import.meta.url, '../recording/app.mjs')
const env = { UPSTREAM: String(upstream.ready.port), NODE_ENV: 'production', RETAKE_MODE: 'record', RETAKE_LOG: 'error' }
const execArgv = ['--import', register]
const apps = {
  redacted: await startChild(app, { execArgv, env: { ...env, RETAKE_CASSETTE: join(folder, 'a') } }),
  'not redacted': await startChild(app, { execArgv, env: { ...env, RETAKE_CASSETTE: join(folder, 'b'), RETAKE_CONFIG: unredacted } }),
}

/** µs of CPU of each thread of a process so far: the main thread, and the largest of the others, which is the worker. */
function threads(pid) {
  const used = readdirSync(`/proc/${pid}/task`).map((id) => {
    const [ns] = readFileSync(`/proc/${pid}/task/${id}/schedstat`, 'latin1').split(' ')
    return { id: Number(id), us: Number(ns) / 1e3 }
  })
  const main = used.find(({ id }) => id === pid).us
  return { main, worker: Math.max(...used.filter(({ id }) => id !== pid).map(({ us }) => us)) }
}

const figures = {}
for (let round = -1; round < rounds; round++) {
  for (const route of Object.keys(routes)) {
    for (const [name, { ready }] of rotated(Object.entries(apps), round + 1)) {
      const before = threads(ready.pid)
      await load({ port: ready.port, path: route, connections: 4, amount })
      // The worker is done with what it was told.
      await new Promise((resolve) => setTimeout(resolve, 150))
      const after = threads(ready.pid)
      if (round < 0) continue
      const mine = ((figures[route] ??= {})[name] ??= { main: [], worker: [] })
      mine.main.push((after.main - before.main) / amount)
      mine.worker.push((after.worker - before.worker) / amount)
    }
  }
}
const loaded = (await apps.redacted.ask('bundles')).bundles
for (const child of [...Object.values(apps), upstream]) await child.stop()
rmSync(folder, { recursive: true, force: true })

const rows = Object.entries(routes).map(([route, what]) => {
  const { redacted, 'not redacted': plain } = figures[route]
  // Each round compares the two with each other; the median of the differences is what is left when the noise is gone.
  const differences = redacted.main.map((us, round) => us - plain.main[round])
  const spread = [...differences].sort((a, b) => a - b)
  return [
    what,
    median(plain.main).toFixed(1),
    median(redacted.main).toFixed(1),
    median(differences).toFixed(1),
    `${spread[rounds >> 2].toFixed(1)} … ${spread[rounds - 1 - (rounds >> 2)].toFixed(1)}`,
    median(plain.worker).toFixed(1),
    median(redacted.worker).toFixed(1),
  ]
})
const text = table(
  [
    'µs of CPU per request',
    'main, not redacted',
    'main, redacted',
    'difference',
    'half of the rounds',
    'worker, not redacted',
    'worker, redacted',
  ],
  rows,
)
console.log(text)
console.log(`bundles on the main thread: ${loaded.join(', ')}`)
if (!process.argv.includes('--quick')) {
  const date = new Date().toISOString().slice(0, 10)
  const machine = `${process.platform}-${process.arch}-${os.cpus().length}cpu`
  writeFileSync(
    here(import.meta.url, `../results/${date}-${machine}-node${process.versions.node.split('.')[0]}-redaction-main-thread.md`),
    `# What redaction costs the main thread, ${date}\n\nNode ${process.version}, ${machine}, ${os.cpus()[0]?.model.trim()}; other work on the machine (load ${os.loadavg()[1].toFixed(1)} on ${os.cpus().length} cores). \`node benchmarks/redaction/main-thread.mjs\`: two express and pg apps that record, one with all of redaction and one without its detectors, loaded in turns, ${rounds} rounds of ${amount} requests for each route over 4 connections; CPU time of each thread by the kernel's account (schedstat). The difference is the median of what each round's two have between them.\n\n${text}\n\nBundles that the main thread of the redacting app had loaded: ${loaded.join(', ')}. The code that redacts is \`redaction.cjs\`, which only the worker loads.\n`,
  )
}
