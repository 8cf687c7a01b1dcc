/**
 * What the pg carriers cost by themselves: `pool.query` inside a scope, with and without them; µs of the process's CPU
 * per query, a process for each.
 *
 *   node benchmarks/instrumentation/pg-carriers.mjs
 */
import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { median } from '../measure.mjs'

const here = dirname(fileURLToPath(import.meta.url))
const variant = process.argv[2]
const rounds = Number(process.env.ROUNDS ?? 7)

if (variant === undefined) {
  const { buildSync } = await import('esbuild')
  const { outputFiles } = buildSync({
    stdin: { contents: "export * from '@retake/instrumentation'; export * from '@retake/core'", resolveDir: here },
    bundle: true,
    platform: 'node',
    format: 'esm',
    external: ['@opentelemetry/*', 'import-in-the-middle', 'import-in-the-middle/*'],
    write: false,
  })
  mkdirSync(join(here, '..', 'dist'), { recursive: true })
  writeFileSync(join(here, '..', 'dist', 'pg-carriers.bundle.mjs'), outputFiles[0].contents)
  const figures = { plain: [], carriers: [] }
  for (let round = 0; round < rounds; round++) {
    for (const name of Object.keys(figures))
      figures[name].push(Number(execFileSync(process.execPath, [fileURLToPath(import.meta.url), name])))
  }
  const plain = median(figures.plain)
  console.log(`node ${process.version}, median of ${rounds} processes of 20000 queries after as many for warming up`)
  for (const [name, list] of Object.entries(figures))
    console.log(`${name.padEnd(9)} ${median(list).toFixed(1)} µs/query  ${(median(list) / plain).toFixed(3)} ×`)
} else {
  const { installCarriers, PatchRegistry, scopes } = await import(pathToFileURL(join(here, '..', 'dist', 'pg-carriers.bundle.mjs')).href)
  if (variant === 'carriers') installCarriers(new PatchRegistry())
  const pg = createRequire(import.meta.url)('pg')
  const pool = new pg.Pool({
    host: process.env.PGHOST ?? '127.0.0.1',
    port: Number(process.env.PGPORT ?? 5432),
    user: process.env.PGUSER ?? 'postgres',
    database: process.env.PGDATABASE ?? 'test',
    max: 4,
  })
  const run = (count) =>
    Promise.all(
      Array.from({ length: 8 }, async (_, worker) => {
        for (let index = 0; index < count / 8; index++) {
          const asMuted = { take: worker + 1, muted: true }
          asMuted.asMuted = asMuted
          await scopes.run({ take: worker + 1, muted: false, asMuted }, () => pool.query('select $1::int as id', [index]))
        }
      }),
    )
  await run(20000)
  const before = process.cpuUsage()
  await run(20000)
  const { user, system } = process.cpuUsage(before)
  console.log((user + system) / 20000)
  await pool.end()
}
