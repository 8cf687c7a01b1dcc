import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { type PostgresService, startPostgres } from '../services/postgres.ts'

const root = path.resolve(import.meta.dirname, '../..')
const retake = path.join(root, 'packages/retake/dist/cli.js')

/** What a command of a page did. */
export interface Done {
  readonly exitCode: number | null
  readonly output: string
}

/**
 * A reader's project: the orders API as `app.js`, another version of it as `other.js`, with its database and its upstream. The
 * lines of a page are run in it one after the other, by a shell, as the reader would.
 */
export class DocProject implements AsyncDisposable {
  readonly directory: string = fs.mkdtempSync(path.join(os.tmpdir(), 'retake-docs-'))
  readonly #database: PostgresService
  readonly #pricing: ChildProcess
  readonly #env: NodeJS.ProcessEnv

  static async open(): Promise<DocProject> {
    const database = await startPostgres()
    const port = await freePort()
    const pricing = spawn(process.execPath, [path.join(root, 'examples/express-pg/services/pricing-service.js')], {
      env: { ...process.env, PRICING_PORT: String(port) },
      stdio: 'ignore',
    })
    return new DocProject(database, pricing, port)
  }

  private constructor(database: PostgresService, pricing: ChildProcess, pricingPort: number) {
    this.#database = database
    this.#pricing = pricing
    fs.symlinkSync(path.join(root, 'node_modules'), path.join(this.directory, 'node_modules'))
    fs.writeFileSync(path.join(this.directory, 'package.json'), '{ "name": "readers-project", "private": true, "type": "module" }')
    for (const name of ['src', 'app.js'])
      fs.cpSync(path.join(root, 'examples/express-pg', name), path.join(this.directory, name), { recursive: true })
    fs.copyFileSync(path.join(this.directory, 'app.js'), path.join(this.directory, 'other.js'))
    const { host, port, user, password, database: name } = database
    const { NODE_OPTIONS: _, RETAKE_MODE: __, ...env } = process.env
    this.#env = {
      ...env,
      DATABASE_URL: `postgres://${user}:${password}@${host}:${port}/${name}`,
      PRICING_URL: `http://127.0.0.1:${pricingPort}`,
      PORT: '0',
      NO_COLOR: '1',
      COLUMNS: '100',
    }
  }

  write(name: string, text: string): void {
    fs.mkdirSync(path.dirname(path.join(this.directory, name)), { recursive: true })
    fs.writeFileSync(path.join(this.directory, name), text)
  }

  /** Runs a line; the environment that it exports is there for the next ones. While it records, the app is used and then ended. */
  async run(line: string): Promise<Done> {
    const exported = /^export (\w+)=(\S+)/.exec(line)
    if (exported !== null) {
      // The page leaves to the reader what it shows as an ellipsis.
      this.#env[exported[1] ?? ''] = exported[2] === '…' ? 'a text of the reader, long enough to be one' : exported[2]
      return { exitCode: 0, output: '' }
    }
    const command = this.#placed(line.replace(/\bnpx retake\b|^retake\b/, `"${process.execPath}" "${retake}"`))
    const child = spawn('sh', ['-c', `exec ${command}`], { cwd: this.directory, env: this.#env, stdio: ['ignore', 'pipe', 'pipe'] })
    let output = ''
    const used = / record /.test(line) ? this.#use(child, () => output) : Promise.resolve()
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text: string) => (output += text))
    const exitCode = await new Promise<number | null>((resolve) => child.once('close', resolve))
    await used
    return { exitCode, output }
  }

  /** Puts the id of a real take in the place of `<take>`. */
  #placed(line: string): string {
    if (!line.includes('<take>')) return line
    const listed = spawnSync(process.execPath, [retake, 'list', '--json'], { cwd: this.directory, env: this.#env, encoding: 'utf8' })
    const takes = JSON.parse(listed.stdout) as readonly { readonly id: string; readonly kind: string }[]
    return line.replaceAll('<take>', takes.find(({ kind }) => kind === 'http')?.id ?? 'none')
  }

  /** Does what the page says between its lines: "use the app, then Ctrl-C". */
  #use(child: ChildProcess, output: () => string): Promise<void> {
    return new Promise((resolve, reject) => {
      let asked = false
      const look = (): void => {
        const port = /orders API on port (\d+)/.exec(output())?.[1]
        if (port === undefined || asked) return
        asked = true
        void requests(`http://127.0.0.1:${port}`).then(() => child.kill('SIGINT'), reject)
      }
      child.stdout?.on('data', () => setImmediate(look))
      child.once('close', () => resolve())
    })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#pricing.kill()
    await this.#database.stop()
    fs.rmSync(this.directory, { recursive: true, force: true })
  }
}

async function requests(base: string): Promise<void> {
  const headers = { 'content-type': 'application/json' }
  await (await fetch(`${base}/products`)).text()
  const credentials = { email: 'ada@example.com', password: 'correct horse' }
  const login = await fetch(`${base}/login`, { method: 'POST', headers, body: JSON.stringify(credentials) })
  const { token } = (await login.json()) as { token: string }
  const order = { items: [{ sku: 'cup', quantity: 2 }] }
  await (
    await fetch(`${base}/orders`, {
      method: 'POST',
      headers: { ...headers, authorization: `Bearer ${token}` },
      body: JSON.stringify(order),
    })
  ).text()
}

async function freePort(): Promise<number> {
  const net = await import('node:net')
  return new Promise((resolve) => {
    const server = net.createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { readonly port: number }
      server.close(() => resolve(port))
    })
  })
}
