import http from 'node:http'
import type { AddressInfo } from 'node:net'
import path from 'node:path'
import type { RunJson, TakeJson } from '@retake/report'
import { CliSession, type Ended } from './cli-session.ts'

/** What became of a take whose code has changed. */
export interface ChangedTake extends TakeJson {
  readonly exitCode: number | null
  /** What the app answered when it was recorded. */
  readonly recorded: unknown
}

/**
 * An app whose handler is recorded in one version and replayed in others, with an upstream that says what it was asked, and
 * the how-manieth question it was.
 */
export class ChangedApp implements AsyncDisposable {
  readonly #session: CliSession
  readonly #upstream: http.Server
  readonly #env: { readonly [name: string]: string }
  readonly #answer: unknown

  /** @param handler Body of `async ({ request, ask, sleep, upstream }) => …`; its value is the app's answer. */
  static async record(handler: string, env: { readonly [name: string]: string } = {}): Promise<ChangedApp> {
    let asked = 0
    const upstream = http.createServer((request, response) => {
      const { connection: _connection, ...headers } = request.headers
      const chunks: Buffer[] = []
      request.on('data', (chunk: Buffer) => chunks.push(chunk))
      request.on('end', () => {
        const user = headers['x-user-id'] ?? headers['idempotency-key'] ?? headers['apikey'] ?? null
        const answer = { url: request.url, asked: ++asked, user, body: Buffer.concat(chunks).toString() }
        if (request.url?.startsWith('/never') !== true) response.end(JSON.stringify(answer))
      })
    })
    await new Promise<void>((resolve) => upstream.listen(0, '127.0.0.1', resolve))
    const session = await CliSession.open()
    const all = {
      UPSTREAM_URL: `http://127.0.0.1:${(upstream.address() as AddressInfo).port}`,
      HANDLER: path.join(session.directory, 'handler.mjs'),
      ...env,
    }
    write(session, handler)
    const recording = session.start(['record', '--', 'node', appFile], all)
    const port = await recording.printed(/listening on (\d+)/)
    const answer: unknown = await (await fetch(`http://127.0.0.1:${port}/`)).json()
    recording.signal('SIGINT')
    const { exitCode, stderr } = await recording.ended
    if (exitCode !== 0) throw new Error(`the recording ended with ${exitCode}:\n${stderr}`)
    upstream.closeAllConnections()
    await new Promise((resolve) => upstream.close(resolve))
    return new ChangedApp(session, upstream, all, answer)
  }

  private constructor(session: CliSession, upstream: http.Server, env: { readonly [name: string]: string }, answer: unknown) {
    this.#session = session
    this.#upstream = upstream
    this.#env = env
    this.#answer = answer
  }

  /** A file beside the cassette: `retake.config.json`. */
  write(name: string, content: string): void {
    this.#session.write(name, content)
  }

  /** Replays with another handler. */
  async replay(handler: string, env: { readonly [name: string]: string } = {}): Promise<ChangedTake> {
    const { exitCode, stdout, stderr } = await this.command(handler, ['--json'], env)
    const { takes = [] } = JSON.parse(stdout || '{}') as Partial<RunJson>
    const [take] = takes
    if (take === undefined) throw new Error(`nothing was replayed:\n${stdout}\n${stderr}`)
    return { ...take, exitCode, recorded: this.#answer }
  }

  /** As {@link replay}, with the words of the command, for its output. */
  command(handler: string, words: readonly string[], env: { readonly [name: string]: string } = {}): Promise<Ended> {
    write(this.#session, handler)
    return this.#session.run(['replay', ...words], { ...this.#env, ...env })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#upstream.listening) this.#upstream.close()
    await this.#session[Symbol.asyncDispose]()
  }
}

const appFile = path.join(import.meta.dirname, 'cli-apps/handler-app.mjs')

function write(session: CliSession, handler: string): void {
  session.write('handler.mjs', `export const handle = async ({ request, ask, sleep, upstream }) => {\n${handler}\n}\n`)
}
