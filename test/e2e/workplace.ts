import fs from 'node:fs'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import os from 'node:os'
import path from 'node:path'
import { type CassetteSession, openCassette } from '@retake/cassette'
import type { Take } from '@retake/core'
import { type AppOptions, type AppProcess, spawnNode, startApp } from '../harness/app-process.ts'

/** Built package, as it is published. */
export const packageDirectory: string = path.resolve(import.meta.dirname, '../../packages/retake')
/** Apps that are here for these tests. */
export const apps: string = path.join(import.meta.dirname, 'apps')

/** What {@link SessionStats} says, as far as these tests look at it. */
export interface StatsLine {
  readonly pid: number
  readonly mode: string
  readonly takes: number
  readonly interactions: { readonly [protocol: string]: number }
  readonly served: number
  readonly missed: number
  readonly dropped: number
  readonly droppedForMemory: number
}

/** What a cassette holds, read to the last byte. */
export interface Recorded {
  readonly sessions: readonly CassetteSession[]
  readonly warnings: readonly string[]
  /** Without `main`. */
  readonly takes: readonly Take[]
  readonly mains: readonly Take[]
}

/** A directory of a test's own, and an upstream whose every answer is a new one. */
export class Workplace {
  readonly directory: string = fs.mkdtempSync(path.join(os.tmpdir(), 'retake session ')) // with spaces, always
  readonly cassette: string = path.join(this.directory, 'cassettes')
  readonly statsFile: string = path.join(this.directory, 'stats.jsonl')
  readonly #upstream: http.Server
  readonly #running: AppProcess[] = []
  /** Requests that reached the upstream. */
  asked = 0

  static async open(answer?: http.RequestListener): Promise<Workplace> {
    const workplace = new Workplace(answer)
    await new Promise<void>((resolve) => workplace.#upstream.listen(0, '127.0.0.1', resolve))
    return workplace
  }

  private constructor(answer?: http.RequestListener) {
    this.#upstream = http.createServer((request, response) => {
      this.asked++
      if (answer !== undefined) return answer(request, response)
      response.setHeader('content-type', 'application/json').end(JSON.stringify({ asked: this.asked, url: request.url, at: Date.now() }))
    })
  }

  get upstreamPort(): number {
    return (this.#upstream.address() as AddressInfo).port
  }

  env(mode: 'record' | 'replay' | 'off'): { [name: string]: string } {
    return {
      RETAKE_MODE: mode,
      RETAKE_CASSETTE: this.cassette,
      RETAKE_STATS: this.statsFile,
      RETAKE_LOG: 'info',
      UPSTREAM: `http://127.0.0.1:${this.#port ?? this.upstreamPort}`,
    }
  }
  #port: number | undefined

  /** Starts a server app here. */
  async start(mode: 'record' | 'replay' | 'off', { env, ...options }: AppOptions): Promise<AppProcess> {
    const app = await startApp({ cwd: this.directory, ...options, env: { ...this.env(mode), ...env } })
    this.#running.push(app)
    return app
  }

  /** Runs a script to its end. */
  async run(
    mode: 'record' | 'replay' | 'off',
    { env, ...options }: AppOptions,
  ): Promise<{ readonly ended: number | string; readonly output: string }> {
    const { ended, output } = spawnNode({ cwd: this.directory, ...options, env: { ...this.env(mode), ...env } })
    return { ended: await ended, output: output() }
  }

  /** From here on nothing answers but the cassette. */
  async stopUpstream(): Promise<void> {
    if (!this.#upstream.listening) return
    this.#port = this.upstreamPort
    this.#upstream.closeAllConnections()
    await new Promise((resolve) => this.#upstream.close(resolve))
  }

  stats(): StatsLine[] {
    if (!fs.existsSync(this.statsFile)) return []
    return fs
      .readFileSync(this.statsFile, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as StatsLine)
  }

  recorded(place: string = this.cassette): Recorded {
    using cassette = openCassette(place)
    const takes = [...cassette.takes].map(({ id }) => cassette.take(id))
    return {
      sessions: cassette.sessions,
      warnings: cassette.warnings,
      takes: takes.filter(({ trigger }) => trigger.kind !== 'process'),
      mains: takes.filter(({ trigger }) => trigger.kind === 'process'),
    }
  }

  write(name: string, content: string): string {
    const file = path.join(this.directory, name)
    fs.mkdirSync(path.dirname(file), { recursive: true })
    fs.writeFileSync(file, content)
    return file
  }

  async close(): Promise<void> {
    for (const app of this.#running) await app.stop('SIGKILL')
    await this.stopUpstream()
    fs.rmSync(this.directory, { recursive: true, force: true })
  }
}

/** An app of these tests as CommonJS; generated, so that there is one source. */
export function asCommonJs(source: string, directory: string): string {
  const { buildSync } = process.getBuiltinModule('node:module').createRequire(import.meta.url)('esbuild') as typeof import('esbuild')
  const outfile = path.join(directory, `${path.basename(source, path.extname(source))}.cjs`)
  buildSync({ entryPoints: [source], outfile, format: 'cjs', platform: 'node', target: 'node20', logLevel: 'error' })
  return outfile
}
