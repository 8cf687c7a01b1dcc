import { fileURLToPath } from 'node:url'
import type { PatchRegistry } from '@retake/core'
import type { AppLayout } from '../hooks/app-layout.ts'
import type { AlsoHooked } from '../hooks/esm-hooks.ts'
import { serveFacades } from './facade.ts'
import { watchCommonJs, watchEsModules, watchReading } from './module-sources.ts'
import { servePrismaRuntime } from './prisma.ts'
import { mintingFile, mintingFolders } from './registry.ts'
import { replacements } from './replaced-exports.ts'

/**
 * Sees to it that ids of libraries that mint them from state which takes share are drawn as ids. Where a bundle hides a
 * library its own draws are all there is, which tells its ids as long as takes come in the recorded order.
 */
export function replaceMintedIds(patches: PatchRegistry, layout: AppLayout): void {
  serveFacades()
  servePrismaRuntime()
  watchCommonJs(patches)
  if (!mintingFolders().some(({ name }) => layout.installed(name))) return
  if (layout.esm) watchEsModules(patches)
  else watchReading(patches)
}

/** The same modules for a loader thread: where there is one, sources are read in it. */
export const mintingModules: AlsoHooked = {
  get include() {
    return new RegExp(
      `^file:.*/node_modules/(?:${mintingFolders()
        .map(({ name, modules }) => `${name.replaceAll('.', '\\.')}/${modules.source}`)
        .join('|')})$`,
    )
  },
  imported(address, namespace) {
    const minting = mintingFile(fileURLToPath(address))
    if (minting !== undefined) Object.assign(namespace, replacements(minting, namespace))
  },
}
