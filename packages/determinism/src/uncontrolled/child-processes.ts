import type { PatchRegistry } from '@retake/core'
import { standIn } from '../sources/stand-in.ts'
import { sawUncontrolled, watch } from './watched.ts'

/** What `ChildProcess.prototype.spawn` is given (lib/internal/child_process.js). */
interface SpawnOptions {
  readonly file?: unknown
  readonly args?: readonly unknown[]
}

/** Programs other than Node.js, which has a session of its own there: what they answer comes from the machine. */
export function watchChildProcesses(patches: PatchRegistry): void {
  const children = process.getBuiltinModule('node:child_process')
  const { prototype } = children.ChildProcess as unknown as { prototype: { spawn: (options: SpawnOptions) => unknown } }
  const native = prototype.spawn
  // The one place that `spawn`, `exec`, `execFile` and `fork` pass.
  const spawn = standIn(native, function (this: unknown, options: SpawnOptions): unknown {
    sawUncontrolled('child process', () => programOf([options?.file, options?.args?.slice(1)]), spawn)
    return native.call(this, options)
  })
  patches.replace(prototype, 'spawn', spawn)
  for (const name of ['spawnSync', 'execFileSync', 'execSync']) watch(patches, children, name, 'child process', programOf)
}

/** The program's name alone: its arguments may be secret. Nothing for Node.js. */
function programOf([file, given]: readonly unknown[]): string | undefined {
  const args = Array.isArray(given) ? given.map(String) : []
  const name = baseName(String(file))
  const script = /^(?:sh|bash|cmd\.exe)$/.test(name) ? args[args.findIndex((arg) => arg === '-c' || arg === '/c') + 1] : undefined
  const program = baseName(script ?? String(file))
  return /^node(?:\.exe)?$/.test(program) ? undefined : program
}

function baseName(command: string): string {
  const [word = ''] = command.trim().split(/\s/, 1)
  return word.slice(Math.max(word.lastIndexOf('/'), word.lastIndexOf('\\')) + 1)
}
