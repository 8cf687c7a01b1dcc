import type { AsyncLocalStorage } from 'node:async_hooks'
import type { PatchRegistry, Scope } from '@retake/core'
import type { InstallTransport } from '../../src/index.ts'

/** What the preload left for scenarios that install by themselves (mode `plain`), or that enter scopes. */
export function stage(): {
  readonly patches: PatchRegistry
  readonly installTransport: InstallTransport
  readonly scopes: AsyncLocalStorage<Scope>
} {
  return (globalThis as never as { [stage: symbol]: ReturnType<typeof stage> })[Symbol.for('retake.stage')] as ReturnType<typeof stage>
}
