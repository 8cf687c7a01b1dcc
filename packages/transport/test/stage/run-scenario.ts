import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from 'esbuild'
import { decodeBytes, type LogEntry } from './log.ts'

export type Mode = 'plain' | 'tap' | 'virtual'
export type Format = 'esm' | 'cjs'

export interface ScenarioRun {
  readonly trace: readonly (readonly unknown[])[]
  readonly stderr: string
  readonly exitCode: number | null
  /** What the taps heard (mode `tap`), or what was swallowed (mode `virtual`). */
  readonly log: readonly LogEntry[]
}

const scratch = mkdtempSync(join(tmpdir(), 'transport-'))
const here = import.meta.dirname
const built = new Map<string, Promise<string>>()

/** Bundles a file so that plain Node can run it as an ES module, or as its generated CommonJS twin. */
function bundled(entry: string, format: Format): Promise<string> {
  const outfile = join(scratch, `${entry.replaceAll(/\W/g, '-')}.${format === 'esm' ? 'mjs' : 'cjs'}`)
  const known = built.get(outfile)
  if (known !== undefined) return known
  const building = build({
    entryPoints: [join(here, '..', entry)],
    outfile,
    format,
    bundle: true,
    platform: 'node',
    target: 'node20',
    logLevel: 'error',
    banner:
      format === 'esm'
        ? {
            js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
          }
        : {},
  }).then(() => outfile)
  built.set(outfile, building)
  return building
}

/** Other Node binaries can be tried by naming one. */
const node = process.env['STAGE_NODE'] ?? process.execPath

let runs = 0

/** @param log File of the tapped run, to be played back. */
export async function runScenario(
  name: string,
  mode: Mode,
  format: Format,
  environment: NodeJS.ProcessEnv,
  log: string = join(scratch, `${name}-${runs++}.json`),
): Promise<ScenarioRun & { readonly logFile: string }> {
  const [preload, scenario] = await Promise.all([bundled('stage/preload.ts', 'esm'), bundled(`scenarios/${name}.ts`, format)])
  const child = spawn(node, ['--import', preload, scenario], {
    env: { ...process.env, NODE_OPTIONS: '', ...environment, STAGE_MODE: mode, STAGE_LOG: log },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let stdout = ''
  let stderr = ''
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()))
  const exitCode = await new Promise<number | null>((resolve) => child.on('close', resolve))
  const line = /^TRACE (.*)$/m.exec(stdout)?.[1]
  if (line === undefined) throw new Error(`${name} (${mode}, ${format}) ended with ${exitCode} and no trace\n${stderr}`)
  const file = mode === 'virtual' ? `${log}.virtual` : log
  return {
    trace: JSON.parse(line) as unknown[][],
    stderr,
    exitCode,
    log: mode === 'plain' ? [] : (JSON.parse(readFileSync(file, 'utf8'), decodeBytes) as LogEntry[]),
    logFile: log,
  }
}
