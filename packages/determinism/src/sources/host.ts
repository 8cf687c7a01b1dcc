import { type KindOnRequest, type PatchRegistry, type Scope } from '@retake/core'
import { drawingScope } from './drawing-scope.ts'
import { isStandIn, standIn } from './stand-in.ts'

type AnyFunction = (this: unknown, ...args: unknown[]) => unknown
type Holder = { [name: string]: unknown }
/** What the caller of `mkdtemp` gets for a folder that was made. */
type Named = (folder: unknown) => unknown

/** How many characters `mkdtemp` puts at the end (`XXXXXX`, uv_fs_mkdtemp). */
const drawnLength = 6

/**
 * What the machine gave to this process: its number, its name, and the names of temporary folders. Only on request: others
 * know the process by them, too.
 */
export function replaceHostFacts(patches: PatchRegistry, wanted: ReadonlySet<KindOnRequest>): void {
  if (wanted.has('pid')) replacePid(patches)
  if (wanted.has('hostname')) replaceHostname(patches)
  if (wanted.has('mkdtemp')) replaceTemporaryFolders(patches)
}

function replacePid(patches: PatchRegistry): void {
  const { pid } = process
  const descriptor = Object.getOwnPropertyDescriptor(process, 'pid')
  if (descriptor === undefined || isStandIn(process.kill)) return
  const known = new Set<number>()
  const readPid = (): number => pid
  const getPid = (): number => {
    const scope = drawingScope()
    if (scope === undefined) return pid
    const drawn = scope.draws.number('pid', readPid)
    known.add(drawn)
    return drawn
  }
  Object.defineProperty(process, 'pid', { get: getPid, enumerable: true, configurable: true })
  patches.onUndo(() => Object.defineProperty(process, 'pid', descriptor))
  const native = process.kill
  // `process.kill(process.pid)` means this process.
  patches.replace(
    process,
    'kill',
    standIn(native, (target: number, signal?: string | number) => native.call(process, known.has(target) ? pid : target, signal)),
  )
}

function replaceHostname(patches: PatchRegistry): void {
  const os = process.getBuiltinModule('node:os')
  const native = os.hostname
  if (isStandIn(native)) return
  patches.replace(
    os,
    'hostname',
    standIn(native, () => {
      const scope = drawingScope()
      return scope === undefined ? native() : scope.draws.text('hostname', native)
    }),
  )
}

/** `mkdtemp` in every form. The folder is made natively, and takes the name that the log has if nothing else has it. */
function replaceTemporaryFolders(patches: PatchRegistry): void {
  const fs = process.getBuiltinModule('node:fs')
  if (isStandIn(fs.mkdtempSync)) return
  const holder = fs as unknown as Holder
  const promises = fs.promises as unknown as Holder
  replace(holder, 'mkdtempSync', patches, (made, name) => name(made))
  replace(promises, 'mkdtemp', patches, (made, name) => (made as Promise<unknown>).then(name))
  const native = holder['mkdtemp'] as AnyFunction
  patches.replace(
    holder,
    'mkdtemp',
    standIn(native, function mkdtemp(this: unknown, ...args: unknown[]): unknown {
      const callback = args.at(-1)
      const scope = drawingScope()
      if (scope === undefined || typeof callback !== 'function') return native.apply(this, args)
      const name = namedBy(scope)
      return native.apply(this, [...args.slice(0, -1), (error: unknown, folder: unknown) => callback(error, error ? folder : name(folder))])
    }),
  )
}

function replace(holder: Holder, name: string, patches: PatchRegistry, finish: (made: unknown, name: Named) => unknown): void {
  const native = holder[name] as AnyFunction
  patches.replace(
    holder,
    name,
    standIn(native, function (this: unknown, ...args: unknown[]): unknown {
      const scope = drawingScope()
      const made = native.apply(this, args)
      return scope === undefined ? made : finish(made, namedBy(scope))
    }),
  )
}

function namedBy(scope: Scope): Named {
  const { renameSync } = process.getBuiltinModule('node:fs')
  return (folder) => {
    if (typeof folder !== 'string') return folder
    const end = folder.length - drawnLength
    const wanted = folder.slice(0, end) + scope.draws.text('mkdtemp', () => folder.slice(end))
    if (wanted === folder) return folder
    try {
      // An empty folder of that name is replaced (rename(2)); anything else stays what it is.
      renameSync(folder, wanted)
      return wanted
    } catch {
      return folder
    }
  }
}
