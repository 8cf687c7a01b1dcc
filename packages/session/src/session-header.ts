import { existsSync, readFileSync, realpathSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { callsForm, primordials, type SessionHeader } from '@retake/core'
import { processOrigin } from './origin.ts'

const base32 = 'abcdefghijklmnopqrstuvwxyz234567'

/** What only the main thread knows of its process. */
export interface ProcessFacts {
  /** Random, 8 characters of base32: names the session. */
  readonly id: string
  readonly sdk: string
  readonly directory: string
  /** ms since the epoch. */
  readonly startedAt: number
  readonly argv: readonly string[]
  /** Who started it, see `SessionHeader.parent`. */
  readonly parent: string | undefined
}

export function processFacts(sdk: string): ProcessFacts {
  return {
    id: Array.from(primordials.randomBytes(8), (byte) => base32[byte & 31]).join(''),
    sdk,
    directory: process.cwd(),
    startedAt: primordials.dateNow(),
    argv: processArguments(),
    parent: processOrigin().parent,
  }
}

/** By these a test runner tells workers apart that it starts with the same arguments. */
const workerNames = ['JEST_WORKER_ID', 'VITEST_POOL_ID']

/** What this process was started with, without the preload. */
export function processArguments(): string[] {
  const worker = workerNames.flatMap((name) => (process.env[name] === undefined ? [] : [`${name}=${process.env[name]}`]))
  return [...withoutPreload(process.execArgv), ...process.argv.slice(1), ...worker]
}

/** The head of a cassette. Made in the recording worker: the files of git and npm are read. */
export function sessionHeader({ directory, parent, ...facts }: ProcessFacts): SessionHeader {
  const app = appOf(directory)
  return {
    ...facts,
    node: process.version,
    platform: `${process.platform}-${process.arch}`,
    ...(app === undefined ? {} : { app }),
    tz: process.env['TZ'] ?? timeZone(),
    lang: process.env['LANG'] ?? '',
    pid: process.pid,
    callsForm,
    ...(parent === undefined ? {} : { parent }),
  }
}

/**
 * As ICU finds it (`uprv_tzname`, icu4c/source/common/putil.cpp): by where the system's link leads to. Asking `Intl` costs
 * 10 to 40 ms, since it loads ICU's data; only where there is no such link.
 */
function timeZone(): string {
  try {
    const name = /\/zoneinfo\/(?:posix\/|right\/)?(.+)$/.exec(realpathSync('/etc/localtime'))?.[1]
    if (name !== undefined) return name
  } catch {
    // Not every system has it.
  }
  return Intl.DateTimeFormat().resolvedOptions().timeZone
}

/** Name and version from the nearest package.json, commit from git's files; the app's own code is not run for it. */
function appOf(directory: string): SessionHeader['app'] {
  const file = upwards(directory, 'package.json')
  const commit = commitOf(directory)
  if (file === undefined) return commit === undefined ? undefined : { commit }
  try {
    const { name, version } = JSON.parse(readFileSync(file, 'utf8')) as { name?: string; version?: string }
    return {
      ...(name === undefined ? {} : { name }),
      ...(version === undefined ? {} : { version }),
      ...(commit === undefined ? {} : { commit }),
    }
  } catch {
    // A broken package.json is the app's affair; only a label is lost.
    return undefined
  }
}

function commitOf(directory: string): string | undefined {
  const git = upwards(directory, '.git')
  if (git === undefined) return undefined
  try {
    const head = readFileSync(join(git, 'HEAD'), 'utf8').trim()
    if (!head.startsWith('ref: ')) return head
    const ref = join(git, head.slice('ref: '.length))
    return existsSync(ref) ? readFileSync(ref, 'utf8').trim() : undefined
  } catch {
    // A worktree's .git is a file, and repositories come in many shapes; only a label is lost.
    return undefined
  }
}

function upwards(from: string, name: string): string | undefined {
  for (let directory = from; ; directory = dirname(directory)) {
    const candidate = join(directory, name)
    if (existsSync(candidate)) return candidate
    if (dirname(directory) === directory) return undefined
  }
}

/** The options of Node without our own preload: a replay adds it again. */
function withoutPreload(execArgv: readonly string[]): string[] {
  const kept: string[] = []
  for (let index = 0; index < execArgv.length; index++) {
    const argument = execArgv[index] as string
    const isAlone = argument === '--import' || argument === '-r' || argument === '--require'
    const module = isAlone ? (execArgv[index + 1] ?? '') : (/^(?:--import|--require|-r)=(.*)$/.exec(argument)?.[1] ?? '')
    const isOurs = /(?:^|[/\\])retake[/\\](?:dist[/\\])?register(?:\.js)?$/.test(module)
    if (isOurs && isAlone) index++
    else if (!isOurs) kept.push(argument)
  }
  return kept
}
