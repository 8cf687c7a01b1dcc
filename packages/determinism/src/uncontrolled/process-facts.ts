import { type Scope, shared, type UncontrolledSource, type UncontrolledUse } from '@retake/core'
import { appCaller } from './app-caller.ts'

/** Sources whose values code keeps for the life of the process: what a library reads when it loads stands in the ids of all takes. */
const lasting: ReadonlySet<UncontrolledSource> = new Set(['process', 'machine'])

const known: Map<string, UncontrolledUse> = shared('process-facts', () => new Map())

/** Remembers what is read outside of takes, once each. */
export function sawOutsideTakes(scope: Scope, source: UncontrolledSource, what: string, entry: CallableFunction): void {
  if (scope.take !== 0 || !lasting.has(source) || known.has(what)) return
  const at = appCaller(entry)
  // Node itself, and nobody else, has called it.
  if (at !== undefined) known.set(what, { source, what: `${what} outside of takes, at ${at}`, count: 1 })
}

/** What this process has read of itself and of the machine outside of takes, with the first place of each. */
export function processFacts(): readonly UncontrolledUse[] {
  return [...known.values()]
}
