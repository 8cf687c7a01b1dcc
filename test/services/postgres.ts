import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { chownSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import net from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { selfSignedCertificate } from './certificate.ts'
import { postgresBinaries, serverUser } from './postgres-binaries.ts'

/** A PostgreSQL server that a test may use. */
export interface PostgresService {
  readonly host: string
  readonly port: number
  readonly user: string
  readonly password: string
  /** A fresh database of the test's own, dropped by `stop`. */
  readonly database: string
  /** The server's certificate as PEM, when it has TLS. */
  readonly certificate?: string
  stop(): Promise<void>
}

export interface PostgresOptions {
  /** TLS with a self-signed certificate. */
  readonly tls?: boolean
  /** Passwords by SCRAM-SHA-256; without it every user is trusted. */
  readonly scram?: boolean
  /** A server of the test's own even where a running one would do: one that it may stop. */
  readonly own?: boolean
  /** Further lines of postgresql.conf. */
  readonly configuration?: readonly string[]
}

/**
 * Gives a PostgreSQL server: the one at PGHOST/PGPORT (127.0.0.1:5432) when it answers and nothing special is asked for,
 * otherwise one that is started for the purpose.
 */
export async function startPostgres(options: PostgresOptions = {}): Promise<PostgresService> {
  const special = options.tls === true || options.scram === true || options.own === true || options.configuration !== undefined
  const running = special ? undefined : await runningServer()
  if (running !== undefined) return withDatabase(running, () => Promise.resolve())
  const started = await startServer(options)
  return withDatabase(started.address, started.stop, started.certificate)
}

interface Address {
  readonly host: string
  readonly port: number
  readonly user: string
  readonly password: string
}

async function runningServer(): Promise<Address | undefined> {
  const address: Address = {
    host: process.env['PGHOST'] ?? '127.0.0.1',
    port: Number(process.env['PGPORT'] ?? 5432),
    user: process.env['PGUSER'] ?? 'postgres',
    password: process.env['PGPASSWORD'] ?? '',
  }
  return (await answers(address)) ? address : undefined
}

async function answers(address: Address): Promise<boolean> {
  const client = new pg.Client({ ...address, database: 'postgres', connectionTimeoutMillis: 5_000 })
  // A server that goes away while it is asked reports so as an event, too.
  client.on('error', () => undefined)
  try {
    await client.connect()
    await client.end()
    return true
  } catch {
    return false
  }
}

let databases = 0

async function withDatabase(address: Address, stop: () => Promise<void>, certificate?: string): Promise<PostgresService> {
  const database = `retake_${process.pid}_${Date.now().toString(36)}_${++databases}`
  const inMaintenance = async (sql: string): Promise<void> => {
    const client = new pg.Client({ ...address, database: 'postgres' })
    await client.connect()
    try {
      await client.query(sql)
    } finally {
      await client.end()
    }
  }
  await inMaintenance(`CREATE DATABASE ${database}`)
  let stopped: Promise<void> | undefined
  return {
    ...address,
    database,
    ...(certificate === undefined ? {} : { certificate }),
    stop: () =>
      (stopped ??= (async () => {
        await inMaintenance(`DROP DATABASE IF EXISTS ${database} WITH (FORCE)`)
        await stop()
      })()),
  }
}

interface StartedServer {
  readonly address: Address
  readonly certificate?: string
  stop(): Promise<void>
}

async function startServer(options: PostgresOptions): Promise<StartedServer> {
  const binaries = postgresBinaries()
  const owner = serverUser()
  const directory = mkdtempSync(join(tmpdir(), 'retake-postgres-'))
  const own = (path: string): void => {
    if (owner !== undefined) chownSync(path, owner.uid, owner.gid)
  }
  own(directory)
  const data = join(directory, 'data')
  const passwordFile = join(directory, 'password')
  const password = options.scram === true ? 'correct horse battery staple' : ''
  writeFileSync(passwordFile, password || 'unused', { mode: 0o600 })
  own(passwordFile)
  const method = options.scram === true ? 'scram-sha-256' : 'trust'
  execFileSync(
    binaries.initdb,
    [
      '-D',
      data,
      '-U',
      'postgres',
      `--auth=${method}`,
      `--pwfile=${passwordFile}`,
      '-E',
      'UTF8',
      '--locale=C',
      '--no-sync',
      '--no-instructions',
    ],
    { stdio: 'ignore', cwd: directory, ...owner },
  )
  const settings = [
    'listen_addresses=127.0.0.1',
    `unix_socket_directories=${directory}`,
    'fsync=off',
    'max_connections=50',
    'timezone=UTC',
    ...(options.configuration ?? []),
  ]
  let certificate: string | undefined
  if (options.tls === true) {
    const made = selfSignedCertificate()
    certificate = made.cert
    for (const [name, text] of [
      ['server.crt', made.cert],
      ['server.key', made.key],
    ] as const) {
      const path = join(data, name)
      writeFileSync(path, text, { mode: 0o600 })
      own(path)
    }
    settings.push('ssl=on')
  }
  const { child, port } = await runServer(binaries.postgres, data, settings, { cwd: directory, ...owner })
  return {
    address: { host: '127.0.0.1', port, user: 'postgres', password },
    ...(certificate === undefined ? {} : { certificate }),
    stop: async () => {
      await ended(child)
      rmSync(directory, { recursive: true, force: true })
    },
  }
}

/** A free port may be taken between the moment it is found and the moment the server binds it: then another one. */
async function runServer(
  program: string,
  data: string,
  settings: readonly string[],
  options: { readonly cwd: string; readonly uid?: number; readonly gid?: number },
): Promise<{ readonly child: ChildProcess; readonly port: number }> {
  let log = ''
  for (let attempt = 0; attempt < 5; attempt++) {
    const port = await freePort()
    const child = spawn(program, ['-D', data, '-p', String(port), ...settings.flatMap((setting) => ['-c', setting])], {
      ...options,
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    log = ''
    const ready = await new Promise<boolean>((resolve) => {
      child.stderr?.setEncoding('utf8').on('data', (text: string) => {
        log += text
        if (log.includes('database system is ready to accept connections')) resolve(true)
      })
      child.on('exit', () => resolve(false))
      child.on('error', () => resolve(false))
    })
    if (ready) return { child, port }
  }
  throw new Error(`PostgreSQL did not start:\n${log}`)
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exit = new Promise<void>((resolve) => void child.on('exit', () => resolve()))
  // Immediate shutdown: nothing in it is worth keeping.
  child.kill('SIGQUIT')
  await exit
}

async function freePort(): Promise<number> {
  const server = net.createServer()
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as net.AddressInfo
  await new Promise<void>((resolve) => void server.close(() => resolve()))
  return port
}
