import type { SessionHeader } from '@retake/core'
import type { Stats } from 'node:fs'
import { mkdirSync, readdirSync, statSync, unlinkSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { foreign, missing, unwritable } from '../cassette-error.ts'
import { hashContent } from '../encoding/key-hash.ts'
import type { CassetteStore, StoredFile } from './cassette-store.ts'
import { openFileBytes } from './file-bytes.ts'
import { FileSink } from './file-sink.ts'

const extension = '.retake'
/** `<final name>.partial`, or `<final name>.<session>.partial` where several sessions write for one final name. */
const partialName = /^(.+\.retake)(?:\.[\w-]+)?\.partial$/

/**
 * Cassettes in the file system.
 * @param place A file whose name ends in `.retake`, or a directory with one such file per session. A place that does not
 *   exist yet is a file when it has that ending.
 */
export function fileStore(place: string): CassetteStore {
  const path = resolve(place)
  const kind = kindOf(path) ?? (path.endsWith(extension) ? 'file' : 'directory')
  const store = { place: path, open: (file: StoredFile) => openFileBytes(file.name) }
  return kind === 'file'
    ? { ...store, list: () => listFile(path), create: (session) => createFile(path, session) }
    : { ...store, list: () => listDirectory(path), create: (session) => createInDirectory(path, session) }
}

function listFile(path: string): ReturnType<CassetteStore['list']> {
  const directory = dirname(path)
  const partials = namesIn(directory).filter((name) => partialName.exec(name)?.[1] === basename(path))
  if (kindOf(path) === 'file') {
    const later = partials.filter((name) => modified(join(directory, name)) > modified(path))
    return {
      files: [{ name: path, finished: true }],
      warnings: later.map((name) => `${join(directory, name)} is a later recording that did not end; ${path} is used`),
    }
  }
  // Of several recordings that did not end, the last one is what the user saw last.
  const [latest] = partials.sort((a, b) => modified(join(directory, b)) - modified(join(directory, a)) || (a < b ? -1 : 1))
  if (latest === undefined) throw missing(path, 'does not exist')
  return { files: [{ name: join(directory, latest), finished: false }], warnings: [] }
}

function listDirectory(path: string): ReturnType<CassetteStore['list']> {
  if (kindOf(path) === undefined) throw missing(path, 'does not exist')
  const names = namesIn(path).sort()
  const finished = names.filter((name) => name.endsWith(extension) && kindOf(join(path, name)) === 'file')
  const unfinished = names.filter((name) => {
    const final = partialName.exec(name)?.[1]
    return final !== undefined && !finished.includes(final)
  })
  if (finished.length + unfinished.length === 0) throw missing(path, `has no ${extension} file`)
  return {
    files: [
      ...finished.map((name) => ({ name: join(path, name), finished: true })),
      ...unfinished.map((name) => ({ name: join(path, name), finished: false })),
    ],
    warnings: [],
  }
}

function createFile(path: string, session: SessionHeader): FileSink {
  const directory = dirname(path)
  makeDirectory(directory)
  const partial = `${path}.${sessionName(session)}.partial`
  const sink = new FileSink({ partial, final: path }, () => removeSuperseded(path, began))
  const began = modified(partial)
  return sink
}

function createInDirectory(path: string, session: SessionHeader): FileSink {
  if (kindOf(path) === 'other') throw foreign(path, 'it is neither a file nor a directory')
  makeDirectory(path)
  const final = join(path, `${sessionName(session)}${extension}`)
  return new FileSink({ partial: `${final}.partial`, final }, () => undefined)
}

/**
 * A clean recording replaces the unfinished ones of the same name. Only those that nobody has written to since it began,
 * and whose process is gone: another process may still be recording for the same name.
 */
function removeSuperseded(path: string, began: number): void {
  const directory = dirname(path)
  for (const name of namesIn(directory)) {
    const file = join(directory, name)
    const pid = /-(\d+)\.partial$/.exec(name)?.[1]
    if (partialName.exec(name)?.[1] !== basename(path) || pid === undefined || modified(file) >= began || isAlive(Number(pid))) continue
    try {
      unlinkSync(file)
    } catch {
      // Somebody else removed it.
    }
  }
}

/** A file name out of a session's id, which is only data: nothing of it may act as a path. */
function sessionName({ id, pid }: SessionHeader): string {
  const safe = /^[\w-]{1,64}$/.test(id)
    ? id
    : Buffer.from(hashContent(Buffer.from(id)), 'latin1')
        .toString('hex')
        .slice(0, 16)
  return `${safe}-${Math.trunc(pid)}`
}

function kindOf(path: string): 'file' | 'directory' | 'other' | undefined {
  const found = statOf(path)
  if (found === undefined) return undefined
  return found.isFile() ? 'file' : found.isDirectory() ? 'directory' : 'other'
}

function modified(path: string): number {
  return statOf(path)?.mtimeMs ?? 0
}

/** What cannot be looked at (a file where a directory should be, no permission) is taken for missing; opening it tells why. */
function statOf(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false })
  } catch {
    return undefined
  }
}

function namesIn(directory: string): string[] {
  try {
    return readdirSync(directory)
  } catch (error) {
    throw missing(directory, `cannot be read (${(error as NodeJS.ErrnoException).code})`)
  }
}

function makeDirectory(path: string): void {
  try {
    mkdirSync(path, { recursive: true })
  } catch (error) {
    throw unwritable(path, 'cannot be created', error)
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
