import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { buildSync, type Format } from 'esbuild'
import { afterAll } from 'vitest'

/**
 * Below dist/, which is not committed, and inside the package, so that drivers and @opentelemetry/* are found; one folder
 * for each test process. With a package.json: what this package depends on is not what the apps in there depend on.
 */
const builds = join(dirname(fileURLToPath(import.meta.url)), '..', 'dist', 'test', String(process.pid))
mkdirSync(builds, { recursive: true })
writeFileSync(join(builds, 'package.json'), '{}')
afterAll(() => rmSync(builds, { recursive: true, force: true }))

/** Not bundled: what is published beside us, and every driver, since they must pass the hooks like an app's own. */
const external = [
  '@opentelemetry/*',
  'import-in-the-middle',
  'import-in-the-middle/*',
  'require-in-the-middle',
  'pg',
  'pg-cursor',
  'pg-query-stream',
  'pg-copy-streams',
  'pg-pool',
  'postgres',
  'undici',
  'knex',
  'sequelize',
  'express',
  'fastify',
]

const built = new Map<string, string>()

/** Bundles a file beside the test into one that a bare `node` runs, as the published packages are. */
export function bundle(testUrl: string, entry: string, format: Format = 'esm'): string {
  const source = join(dirname(fileURLToPath(testUrl)), entry)
  const out = join(builds, `${entry.replaceAll('/', '-').replace(/\.ts$/, '')}.${format === 'esm' ? 'mjs' : 'cjs'}`)
  if (!built.has(out)) {
    const result = buildSync({
      entryPoints: [source],
      bundle: true,
      platform: 'node',
      target: 'node20',
      format,
      external,
      write: false,
      logLevel: 'error',
      define: format === 'cjs' ? { 'import.meta.url': '__importMetaUrl' } : {},
      banner: format === 'cjs' ? { js: "const __importMetaUrl = require('node:url').pathToFileURL(__filename).href;" } : {},
    })
    writeFileSync(out, result.outputFiles[0]?.contents ?? '')
    built.set(out, out)
  }
  return out
}

export interface ChildOutcome {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** Other versions of Node to run on, beside this one: paths of binaries, separated by `:`. */
export const nodeBinaries: readonly string[] = [
  process.execPath,
  ...(process.env['RETAKE_TEST_NODES'] ?? '').split(':').filter((path) => existsSync(path)),
]

export function runNode(
  args: readonly string[],
  { node = process.execPath, env = {} }: { readonly node?: string; readonly env?: Record<string, string> } = {},
): Promise<ChildOutcome> {
  return new Promise((resolve) => {
    const child = execFile(
      node,
      args,
      { env: { ...process.env, NODE_OPTIONS: '', ...env }, maxBuffer: 64 << 20, timeout: 55_000 },
      (_, stdout, stderr) => {
        resolve({ code: child.exitCode, stdout, stderr })
      },
    )
  })
}

/** Runs a child that prints one JSON document. */
export async function runForJson<T>(args: readonly string[], options: Parameters<typeof runNode>[1] = {}): Promise<T> {
  const { code, stdout, stderr } = await runNode(args, options)
  if (code !== 0) throw new Error(`exit code ${code}\n${stderr}\n${stdout}`)
  return JSON.parse(stdout) as T
}
