import { routeConnections } from './connect.ts'
import { watchDatagrams } from './datagrams.ts'
import { hearLookups } from './lookups.ts'
import { watchOwnListeners } from './own-listeners.ts'
import type { InstallTransport } from './seam.ts'
import { hearPeers, hearWrites, prepareSlot } from './socket-methods.ts'
import { replaceNativeWrites } from './virtual-socket.ts'
import { hearUpgrades } from './virtual-tls.ts'

/**
 * Installs the seam on `net`, `tls`, `dns` and `dgram`. Only what the seam asks for is patched: `push`, `emit` and
 * `_destroy` for `taps`, the native writes for `serve`, `dns` for `lookups`, UDP for `swallowed`.
 * Named ESM imports of the built-ins follow after `module.syncBuiltinESMExports()`, which is the caller's to call once.
 */
export const installTransport: InstallTransport = (patches, seam) => {
  prepareSlot(patches)
  hearWrites(patches, seam.serve !== undefined)
  if (seam.taps !== undefined) hearPeers(patches)
  if (seam.serve !== undefined) replaceNativeWrites(patches)
  hearUpgrades(patches)
  routeConnections(patches, seam, watchOwnListeners(patches, seam))
  if (seam.lookups !== undefined) hearLookups(patches, seam.lookups)
  watchDatagrams(patches, seam)
}
