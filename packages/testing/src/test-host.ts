import { RetakeError } from '@retake/core'
import type { Hooks, OpenTest } from '@retake/session'

/** What runs cassettes in this process: the engine, loaded when the first one is used. */
export interface TestHost {
  open(name: string, place: string, mode: 'record' | 'replay', hooks?: Hooks): OpenTest
  /** One call through `seam()`, in the scope that now runs. */
  throughSeam(name: string, args: readonly unknown[], call: () => unknown): unknown
}

let load: (() => TestHost) | undefined
let host: TestHost | undefined

/** Says where the engine comes from; called by the entry that users import. */
export function provideTestHost(loader: () => TestHost): void {
  load ??= loader
}

export function testHost(): TestHost {
  if (load === undefined) throw new RetakeError('RETAKE_USAGE', 'No engine was provided: import useCassette from retake.')
  host ??= load()
  return host
}
