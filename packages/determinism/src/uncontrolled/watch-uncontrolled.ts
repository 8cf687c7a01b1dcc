import type { KindOnRequest, PatchRegistry } from '@retake/core'
import { watchChildProcesses } from './child-processes.ts'
import { watchCollectedObjects } from './collected-objects.ts'
import { watchFiles } from './files.ts'
import { watchMachine } from './machine.ts'
import { watchNativeAddOns } from './native-add-ons.ts'

/**
 * Watches the sources whose values are not played back, so that the account of a take can name those that were used:
 * where its outcome differs, the difference may come from there. Nothing about them changes. Only where accounts are kept.
 * @param drawn Kinds that are drawn on request, and so are controlled.
 */
export function watchUncontrolled(realm: typeof globalThis, patches: PatchRegistry, drawn: Iterable<KindOnRequest> = []): void {
  const controlled = new Set(drawn)
  watchChildProcesses(patches)
  watchFiles(patches, controlled)
  watchMachine(patches, controlled)
  watchCollectedObjects(realm, patches)
  watchNativeAddOns(patches)
}
