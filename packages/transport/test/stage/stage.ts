import type { AsyncLocalStorage } from 'node:async_hooks'
import type { PatchRegistry, Scope } from '@retake/core'
import type { InstallTransport } from '../../src/index.ts'

export interface Stage {
  readonly patches: PatchRegistry
  readonly installTransport: InstallTransport
  readonly scopes: AsyncLocalStorage<Scope>
}

/** What the preload left for scenarios that install by themselves (mode `plain`), or that enter scopes. */
export function stage(): Stage {
  return Reflect.get(globalThis, Symbol.for('retake.stage')) as Stage
}
