import type { KindOnRequest, PatchRegistry } from '@retake/core'
import { isStandIn } from '../sources/stand-in.ts'
import { sawUncontrolled, watch } from './watched.ts'

/** What the machine says of itself and of this process: names and numbers where they are not among the draws, memory and load. */
export function watchMachine(patches: PatchRegistry, drawn: ReadonlySet<KindOnRequest>): void {
  const os = process.getBuiltinModule('node:os')
  if (!drawn.has('pid')) watchPid(patches)
  if (!drawn.has('hostname')) watch(patches, os, 'hostname', 'machine', () => 'os.hostname()')
  watch(patches, os, 'networkInterfaces', 'machine', () => 'os.networkInterfaces()')
  for (const name of ['freemem', 'loadavg', 'uptime']) watch(patches, os, name, 'memory and load', () => `os.${name}()`)
  for (const name of ['memoryUsage', 'cpuUsage', 'resourceUsage'])
    watch(patches, process, name, 'memory and load', () => `process.${name}()`)
  watch(patches, process.memoryUsage, 'rss', 'memory and load', () => 'process.memoryUsage.rss()')
}

function watchPid(patches: PatchRegistry): void {
  const descriptor = Object.getOwnPropertyDescriptor(process, 'pid')
  if (descriptor?.configurable !== true || isStandIn(descriptor.get)) return
  const { pid } = process
  const getPid = (): number => {
    sawUncontrolled('process', () => 'process.pid', getPid)
    return pid
  }
  Object.defineProperty(process, 'pid', { get: getPid, enumerable: descriptor.enumerable === true, configurable: true })
  patches.onUndo(() => Object.defineProperty(process, 'pid', descriptor))
}
