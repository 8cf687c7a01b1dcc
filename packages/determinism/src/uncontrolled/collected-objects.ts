import type { PatchRegistry } from '@retake/core'
import { watch } from './watched.ts'

/** What depends on when the garbage collector runs. */
export function watchCollectedObjects(realm: typeof globalThis, patches: PatchRegistry): void {
  watch(patches, realm.WeakRef.prototype, 'deref', 'garbage collection', () => 'WeakRef')
  watch(patches, realm.FinalizationRegistry.prototype, 'register', 'garbage collection', () => 'FinalizationRegistry')
}
