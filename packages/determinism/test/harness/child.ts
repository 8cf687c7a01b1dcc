import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { build } from 'esbuild'
import type { PlaybackReport } from '@retake/determinism'
import { nodeVersions } from '../../../../test/harness/node-versions.ts'

const here = fileURLToPath(new URL('.', import.meta.url))

/** What a run of an app printed. */
export interface TakesOutput {
  readonly results: { readonly [take: string]: unknown }
  readonly reports: { readonly [take: string]: PlaybackReport }
  readonly drawn: { readonly [kind: string]: number }
}

export interface RunOptions {
  readonly mode: 'record' | 'replay' | 'natively'
  readonly node?: string
  readonly order?: string
  /** The whole process is one take. */
  readonly main?: boolean
  readonly nodeArgs?: readonly string[]
  readonly env?: { readonly [name: string]: string }
}

/** A place for one suite: the SDK bundled as it is shipped, and the logs. */
export class Workshop {
  readonly directory: string = mkdtempSync(join(tmpdir(), 'determinism-'))
  readonly preload: string = join(this.directory, 'preload.mjs')

  async open(): Promise<void> {
    await build({
      entryPoints: [join(here, 'preload.ts')],
      outfile: this.preload,
      bundle: true,
      platform: 'node',
      format: 'esm',
      target: 'node20',
      logLevel: 'error',
    })
  }

  close(): void {
    rmSync(this.directory, { recursive: true, force: true })
  }

  /** Runs the takes of an app. */
  async takes(app: string, log: string, options: RunOptions): Promise<TakesOutput> {
    return JSON.parse(await this.script(join(here, 'run-takes.mjs'), [appPath(app)], log, options)) as TakesOutput
  }

  /** Runs a script; @returns what it wrote on stdout. */
  script(file: string, args: readonly string[], log: string, options: RunOptions): Promise<string> {
    const env = {
      ...process.env,
      NODE_OPTIONS: '',
      TEST_MODE: options.mode,
      TEST_LOG: join(this.directory, `${log}.json`),
      TEST_ORDER: options.order ?? 'forward',
      TEST_MAIN: options.main === true ? '1' : '0',
      ...options.env,
    }
    const nodeArgs = [...(options.nodeArgs ?? []), '--no-warnings', '--import', pathToFileURL(this.preload).href, file, ...args]
    return new Promise((resolve, reject) => {
      execFile(options.node ?? process.execPath, nodeArgs, { env, maxBuffer: 64 << 20 }, (error, stdout, stderr) => {
        if (error !== null) reject(new Error(`${options.mode} of ${file} failed: ${stderr || error.message}`))
        else resolve(stdout)
      })
    })
  }
}

/** File of an app. */
export function appPath(app: string): string {
  return join(here, '..', 'apps', app)
}

/** The versions of Node to test with: the one that runs this, and those that test/nodes installs. */
export function nodes(): readonly string[] {
  const versions = nodeVersions()
  if (versions.length < 4) console.info(`${4 - versions.length} versions of Node skipped: not installed`)
  return versions.map(({ executable }) => executable)
}
