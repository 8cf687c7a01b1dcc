/**
 * Bodies of 50 MB in every place: asked, answered, called and read from PostgreSQL, recorded by an app with the default
 * settings, one after the other and as fast as they go, then replayed by the command and compared.
 * Usage: node benchmarks/large-bodies/large-bodies.mjs [--quick]   (5 MB)
 */
import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import http from 'node:http'
import os from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { here, register, startChild, table } from '../measure.mjs'

const isQuick = process.argv.includes('--quick')
const bytes = isQuick ? 5e6 : 50e6
const app = here(import.meta.url, 'app.mjs')
const cli = here(import.meta.url, '../../packages/retake/dist/cli.js')
const upload = Buffer.alloc(bytes)
for (let at = 0; at < bytes; at += 4) upload.writeUInt32LE(Math.imul(at, 2654435761) >>> 0, at)

const upstream = http.createServer((request, response) => request.pipe(response))
await new Promise((resolve) => upstream.listen(0, '127.0.0.1', resolve))
const env = { UPSTREAM: `http://127.0.0.1:${upstream.address().port}` }
const paths = ['/upload', '/download', '/json', '/call', '/rows']

/** @returns status, digest and time of an answer. */
function ask(port, name) {
  const body = name === '/upload' ? upload : undefined
  return new Promise((resolve, reject) => {
    const from = performance.now()
    const request = http.request({ port, path: `${name}?bytes=${bytes}`, method: body === undefined ? 'GET' : 'POST' }, (response) => {
      const hash = createHash('sha256')
      response.on('data', (chunk) => hash.update(chunk))
      response.on('end', () => resolve({ status: response.statusCode, hash: hash.digest('hex'), ms: performance.now() - from }))
    })
    request.on('error', reject).end(body)
  })
}

/** Runs the app through all paths. @param pauseMs Between two of them, so that the recorder can catch up. */
async function run({ pauseMs, execArgv = [], more = {} }) {
  const child = await startChild(app, { execArgv, env: { ...env, ...more } })
  const rss = () =>
    os.platform() === 'linux'
      ? Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${child.ready.pid ?? child.pid}/status`, 'latin1'))[1]) / 1024
      : 0
  const answers = {}
  for (const name of paths) {
    answers[name] = await ask(child.ready.port, name)
    if (answers[name].status !== 200) throw new Error(`${name} answered ${answers[name].status}`)
    await sleep(pauseMs)
  }
  const peak = rss()
  await child.stop()
  return { answers, peak }
}

const folder = mkdtempSync(path.join(os.tmpdir(), 'retake-large-'))
const recorded = (name) => ({
  RETAKE_MODE: 'record',
  RETAKE_CASSETTE: path.join(folder, name),
  RETAKE_STATS: path.join(folder, `${name}.stats`),
})
const statsOf = (name) =>
  JSON.parse(
    readFileSync(path.join(folder, `${name}.stats`), 'utf8')
      .trim()
      .split('\n')
      .at(-1),
  )
const plain = await run({ pauseMs: 0 })
const pauseMs = isQuick ? 500 : 6000
const apart = await run({ pauseMs, execArgv: ['--import', register], more: recorded('apart') })
const rush = await run({ pauseMs: 0, execArgv: ['--import', register], more: recorded('rush') })
const roomy = path.join(folder, 'roomy.json')
writeFileSync(roomy, JSON.stringify({ memoryMiB: 512 }))
const wide = await run({ pauseMs: 0, execArgv: ['--import', register], more: { ...recorded('wide'), RETAKE_CONFIG: roomy } })
upstream.close()

for (const name of paths)
  for (const other of [apart, rush, wide])
    if (other.answers[name].hash !== plain.answers[name].hash) throw new Error(`${name} answered something else while it was recorded`)

const from = performance.now()
const replay = await promisify(execFile)(
  process.execPath,
  [cli, 'replay', '--json', '--cassette', path.join(folder, 'apart'), '--', process.execPath, app],
  {
    env: { ...process.env, ...env },
    maxBuffer: 1e9,
  },
).catch((error) => error)
const seconds = (performance.now() - from) / 1000
const { counts, takes: replayed } = JSON.parse(replay.stdout)
const verdict = `${counts.passed} passed, ${counts.failed} failed, ${counts.notRun} not run`

const rows = paths.map((name) => [name, ...[plain, apart, rush, wide].map(({ answers }) => answers[name].ms.toFixed(0))])
rows.push(['highest RSS, MiB', ...[plain, apart, rush, wide].map(({ peak }) => peak.toFixed(0))])
rows.push(['takes recorded', '', ...['apart', 'rush', 'wide'].map((name) => String(statsOf(name).takes))])
rows.push(['dropped for memory', '', ...['apart', 'rush', 'wide'].map((name) => String(statsOf(name).droppedForMemory))])
const text = table(['ms', 'plain', `recorded, ${pauseMs / 1000} s apart`, 'recorded, no pause', 'and memoryMiB 512'], rows)
console.log(text)
console.log(
  `replayed: ${verdict}, ${seconds.toFixed(1)} s; ${replayed.map(({ target, durationMs }) => `${target.split('?')[0]} ${durationMs.toFixed(0)} ms`).join(', ')}`,
)
rmSync(folder, { recursive: true })
if (!isQuick) {
  const date = new Date().toISOString().slice(0, 10)
  const machine = `${process.platform}-${process.arch}-${os.cpus().length}cpu`
  writeFileSync(
    here(import.meta.url, `../results/${date}-${machine}-node${process.versions.node.split('.')[0]}-large-bodies.md`),
    `# Bodies of ${bytes / 1e6} MB, ${date}\n\nNode ${process.version}, ${machine}, ${os.cpus()[0]?.model.trim()}. \`node benchmarks/large-bodies/large-bodies.mjs\`: one request of each kind, wall clock of the answer at a client in another process; the bytes of all answers were those of the plain app. The cassette of the takes recorded apart was then replayed by \`retake replay\` with the upstream stopped and PostgreSQL not asked: ${verdict}, in ${seconds.toFixed(1)} s with the start of the app.\n\n${text}\n`,
  )
}
