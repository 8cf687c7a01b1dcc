import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process'
import fs from 'node:fs'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import os from 'node:os'
import path from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const root = path.join(path.dirname(fileURLToPath(import.meta.url)), '..', '..')

/** The built command. */
export const retakeFile: string = path.join(root, 'packages/retake/dist/cli.js')
const apps = path.join(root, 'test/e2e/cli-apps')

type AppName = 'greeting-app.mjs' | 'greeting-script.mjs' | 'orders-app.mjs' | 'streams-app.mjs' | 'grpc-app.mjs'

const register = pathToFileURL(path.join(root, 'packages/retake/dist/register.js')).href

/** A command that ended. */
export interface Ended {
  readonly exitCode: number | null
  readonly stdout: string
  readonly stderr: string
}

/** A command that runs. */
export interface Running {
  readonly ended: Promise<Ended>
  /** Resolves with the first group as soon as the output (both streams) matches. */
  printed(pattern: RegExp): Promise<string>
  signal(signal: NodeJS.Signals): void
}

/** A directory of its own for each test, with an upstream that can be stopped, in which commands are run. */
export class CliSession implements AsyncDisposable {
  readonly directory: string = fs.mkdtempSync(path.join(os.tmpdir(), 'retake-e2e-'))
  readonly #upstream: http.Server
  readonly #running: ChildProcessWithoutNullStreams[] = []
  readonly upstreamUrl: string
  /** Questions that reached the upstream. */
  asked = 0

  static async open(): Promise<CliSession> {
    let session: CliSession | undefined
    const upstream = http.createServer((_request, response) => {
      if (session !== undefined) session.asked++
      response.setHeader('content-type', 'application/json').end(JSON.stringify({ name: 'Ada' }))
    })
    await new Promise<void>((resolve) => upstream.listen(0, '127.0.0.1', resolve))
    session = new CliSession(upstream)
    return session
  }

  private constructor(upstream: http.Server) {
    this.#upstream = upstream
    this.upstreamUrl = `http://127.0.0.1:${(upstream.address() as AddressInfo).port}`
  }

  /** File of an app that is here for these tests. */
  app(name: AppName): string {
    return path.join(apps, name)
  }

  write(name: string, content: string | Uint8Array): string {
    const file = path.join(this.directory, name)
    fs.mkdirSync(path.dirname(file), { recursive: true })
    fs.writeFileSync(file, content)
    return file
  }

  /** Starts `retake` with these words in the session's directory. */
  start(words: readonly string[], env: Record<string, string> = {}, command: string = retakeFile): Running {
    return this.#spawn([command, ...words], env)
  }

  /** Starts an app with `retake/register` in the session's directory, without the command. */
  startApp(name: AppName, env: Record<string, string>): Running {
    return this.#spawn(['--import', register, this.app(name)], env)
  }

  #spawn(args: readonly string[], env: Record<string, string>): Running {
    const child = spawn(process.execPath, args, {
      cwd: this.directory,
      env: { PATH: process.env['PATH'] ?? '', HOME: this.directory, UPSTREAM_URL: this.upstreamUrl, ...env },
    })
    this.#running.push(child)
    const output = { stdout: '', stderr: '' }
    const watchers = new Set<() => void>()
    for (const name of ['stdout', 'stderr'] as const) {
      child[name].setEncoding('utf8').on('data', (text: string) => {
        output[name] += text
        for (const look of watchers) look()
      })
    }
    const ended = new Promise<Ended>((resolve) => child.once('close', (exitCode) => resolve({ exitCode, ...output })))
    return {
      ended,
      signal: (signal) => child.kill(signal),
      printed: (pattern) =>
        new Promise((resolve, reject) => {
          const look = (): void => {
            const found = pattern.exec(output.stdout) ?? pattern.exec(output.stderr)
            if (found !== null) resolve(found[1] ?? found[0])
          }
          watchers.add(look)
          void ended.then(() => reject(new Error(`ended without printing ${pattern}:\n${output.stdout}\n${output.stderr}`)))
          look()
        }),
    }
  }

  run(words: readonly string[], env?: Record<string, string>, command?: string): Promise<Ended> {
    return this.start(words, env, command).ended
  }

  /** Records the greeting app while these requests are made, and ends it. */
  async record(requests: readonly (readonly [path: string, body?: string])[], env: Record<string, string> = {}): Promise<Ended> {
    const recording = this.start(['record', '--', 'node', this.app('greeting-app.mjs')], env)
    const port = await recording.printed(/listening on (\d+)/)
    for (const [target, body] of requests) {
      const response = await fetch(`http://127.0.0.1:${port}${target}`, body === undefined ? {} : { method: 'POST', body })
      await response.arrayBuffer()
    }
    recording.signal('SIGINT')
    return recording.ended
  }

  async stopUpstream(): Promise<void> {
    this.#upstream.closeAllConnections()
    await new Promise((resolve) => this.#upstream.close(resolve))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const child of this.#running) if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM')
    if (this.#upstream.listening) await this.stopUpstream()
    fs.rmSync(this.directory, { recursive: true, force: true })
  }
}
