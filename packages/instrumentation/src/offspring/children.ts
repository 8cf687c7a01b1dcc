import { type PatchRegistry } from '@retake/core'
import { parentVariable } from '@retake/session'
import type { Inheritance } from './install-offspring.ts'
import { hasPreload } from './inherited-environment.ts'
import { runsOnThisNode } from './node-commands.ts'

type Method = (this: unknown, ...args: unknown[]) => unknown
type Environment = { readonly [name: string]: string | undefined }

/** What `ChildProcess.prototype.spawn` is given (lib/internal/child_process.js). */
interface SpawnOptions {
  readonly file: string
  readonly args?: readonly string[]
  readonly envPairs?: readonly string[]
}

/**
 * Child processes that run on this Node have sessions of their own, also where they were started with other options, another
 * environment or another working directory. Nothing is added for any other program.
 */
export function reachChildren(patches: PatchRegistry, inheritance: Inheritance): void {
  const children = process.getBuiltinModule('node:child_process')
  const { prototype } = children.ChildProcess as unknown as { prototype: { spawn: Method } }
  const native = prototype.spawn
  // The one place that `spawn`, `exec`, `execFile` and `fork` pass.
  patches.replace(prototype, 'spawn', function spawn(this: unknown, options: SpawnOptions, ...rest: unknown[]) {
    const envPairs = typeof options?.file === 'string' ? pairsFor(options, inheritance) : undefined
    return native.call(this, envPairs === undefined ? options : { ...options, envPairs }, ...rest)
  })
  for (const name of ['spawnSync', 'execFileSync', 'execSync'] as const) reachSynchronous(patches, children, name, inheritance)
}

function reachSynchronous(
  patches: PatchRegistry,
  children: object,
  name: 'spawnSync' | 'execFileSync' | 'execSync',
  inheritance: Inheritance,
): void {
  const native = (children as { readonly [name: string]: Method })[name] as Method
  const replacement = function (this: unknown, ...given: unknown[]): unknown {
    const [file] = given
    if (typeof file !== 'string') return native.apply(this, given)
    const args = name !== 'execSync' && Array.isArray(given[1]) ? (given[1] as readonly unknown[]).map(String) : []
    const at = name === 'execSync' ? 1 : given[1] === undefined || given[1] === null || Array.isArray(given[1]) ? 2 : 1
    const options = (given[at] ?? {}) as { readonly env?: Environment; readonly shell?: unknown }
    if (typeof options !== 'object') return native.apply(this, given)
    const environment = options.env ?? process.env
    const isShell = name === 'execSync' || (options.shell !== undefined && options.shell !== false)
    const words = isShell ? ['sh', '-c', [file, ...args].join(' ')] : [file, ...args]
    const added = additions(words[0] as string, words, environment, inheritance)
    if (added === undefined) return native.apply(this, given)
    // `execFileSync(file, options)` and `execFileSync(file, undefined, options)` alike.
    const before = at === 1 ? [file] : [file, given[1] ?? []]
    return native.call(this, ...before, { ...options, env: { ...environment, ...added } }, ...given.slice(at + 1))
  }
  Object.defineProperty(replacement, 'name', { value: name, configurable: true })
  Object.defineProperty(replacement, 'length', { value: native.length, configurable: true })
  patches.replace(children, name, replacement)
}

function pairsFor({ file, args = [], envPairs }: SpawnOptions, inheritance: Inheritance): readonly string[] | undefined {
  const pairs = envPairs ?? Object.entries(process.env).map(([name, value]) => `${name}=${value}`)
  const environment = Object.fromEntries(pairs.map((pair) => splitPair(pair)))
  const added = additions(file, args, environment, inheritance)
  if (added === undefined) return undefined
  const kept = pairs.filter((pair) => added[splitPair(pair)[0]] === undefined)
  return [...kept, ...Object.entries(added).map(([name, value]) => `${name}=${value}`)]
}

/** Variables that the child needs beyond its own. */
function additions(
  file: string,
  args: readonly string[],
  environment: Environment,
  inheritance: Inheritance,
): { readonly [name: string]: string } | undefined {
  const mode = environment['RETAKE_MODE']
  if (mode !== undefined && mode !== inheritance.environment['RETAKE_MODE']) return undefined
  if (!runsOnThisNode(file, args, environment['PATH'])) return undefined
  const parent = inheritance.names.next([file, ...args].join(' '))
  const options = environment['NODE_OPTIONS'] ?? ''
  const isPreloaded = hasPreload([options, ...args])
  return {
    ...inheritance.environment,
    ...(isPreloaded ? {} : { NODE_OPTIONS: `${options} ${inheritance.preloadOption}`.trimStart() }),
    ...(parent === undefined ? {} : { [parentVariable]: parent }),
  }
}

function splitPair(pair: string): readonly [name: string, value: string] {
  // Windows has variables whose names begin with `=`.
  const at = pair.indexOf('=', 1)
  return at === -1 ? [pair, ''] : [pair.slice(0, at), pair.slice(at + 1)]
}
