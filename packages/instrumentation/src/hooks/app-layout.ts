import { existsSync, readFileSync, realpathSync } from 'node:fs'
import { dirname, extname, join, resolve } from 'node:path'

/** What can be known of the app before it runs, from where it is started and what is installed there. */
export interface AppLayout {
  /** The process runs a file that is an ES module. */
  readonly esm: boolean
  /** Names in `dependencies` of the nearest package.json. */
  readonly dependencies: readonly string[]
  /** Packages that are installed under another name (`"ids": "npm:uuid@9"`): that name, with their own. */
  readonly aliases: { readonly [alias: string]: string }
  /** Whether a package is found by the rule of node_modules; existence checks only. */
  installed(name: string): boolean
}

/** Reads the layout: one package.json, and some existence checks. @param entry Default: the file that `node` was told to run. */
export function appLayout(entry: string | undefined = process.argv[1]): AppLayout {
  const file = entry === undefined ? undefined : realPath(resolve(entry))
  const folders = ancestors(file === undefined ? process.cwd() : dirname(file))
  const manifest = folders.map((folder) => join(folder, 'package.json')).find((path) => existsSync(path))
  const { type, dependencies = {} } = manifest === undefined ? {} : readManifest(manifest)
  const extension = extname(file ?? '')
  const all = [...new Set([...folders, ...ancestors(process.cwd())])]
  return {
    esm: extension.startsWith('.m') || (!extension.startsWith('.c') && type === 'module'),
    dependencies: Object.keys(dependencies),
    aliases: aliasesIn(dependencies),
    installed: (name) =>
      all.some((folder) =>
        ['', '.pnpm/node_modules/'].some((inner) => existsSync(join(folder, 'node_modules', `${inner}${name}`, 'package.json'))),
      ),
  }
}

/** `npm:<name>@<range>`; the name may have a scope. */
function aliasesIn(dependencies: object): { readonly [alias: string]: string } {
  const found = Object.entries(dependencies).map(([alias, range]) => [alias, /^npm:(@?[^@]+)/.exec(String(range))?.[1]] as const)
  return Object.fromEntries(found.flatMap(([alias, name]) => (name === undefined ? [] : [[alias, name]])))
}

function ancestors(folder: string): readonly string[] {
  const parent = dirname(folder)
  return parent === folder ? [folder] : [folder, ...ancestors(parent)]
}

function realPath(path: string): string {
  for (const extension of ['', '.js', '.mjs', '.cjs']) {
    try {
      return realpathSync(`${path}${extension}`)
    } catch {
      // `node app` runs app.js.
    }
  }
  return path
}

function readManifest(path: string): { readonly type?: string; readonly dependencies?: object } {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as { type?: string; dependencies?: object }
  } catch {
    // Not ours to complain about: node does when it needs it.
    return {}
  }
}
