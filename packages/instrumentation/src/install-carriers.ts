import { sep } from 'node:path'
import { shared, type PatchRegistry, type Scope, type SpanIds } from '@retake/core'
import type { CarrierFile } from './carriers/carrier.ts'
import { carryFetchRequests } from './carriers/fetch-requests.ts'
import { carriers } from './carriers/registry.ts'
import { appLayout } from './hooks/app-layout.ts'
import { instrumentCarriers, knowsVersion } from './hooks/carrier-instrumentation.ts'
import { watchDrivers } from './hooks/driver-watch.ts'
import { hookEsModules } from './hooks/esm-hooks.ts'
import { ownRequire } from './hooks/own-require.ts'
import { knowAliases } from './ids/registry.ts'
import { mintingModules, replaceMintedIds } from './ids/replace-minted-ids.ts'
import { appBringsTelemetry, installOwnInstrumentations } from './telemetry/own-instrumentations.ts'
import type { OnSpan } from './telemetry/private-tracer-provider.ts'

/** Exports of driver files that are patched already, with what takes their place; by whichever copy of the SDK. */
const patched: WeakMap<object, { readonly replacement: unknown }> = shared('carried-files', () => new WeakMap())

export interface CarrierOptions {
  /**
   * Where spans come from. `app`: ids of the app's own spans are noted, where it has any. `own`: http and pg
   * instrumentations of ours on a private provider, unless the app brings its own. `off`: none.
   * @default 'app'
   */
  readonly telemetry?: 'app' | 'own' | 'off'
  /** Takes the spans of `own`. */
  readonly onSpan?: OnSpan
}

/** What came of installing the carriers. */
export interface InstalledCarriers {
  /** Drivers that had been loaded before, in a way that cannot be made good: their calls may go to a wrong take. */
  readonly late: readonly string[]
  /** Ids of the server span of a take; only where spans are our own. */
  readonly ownServerSpan?: (scope: Scope) => SpanIds
}

/**
 * Sees to it that each driver that queues work keeps the scope of its callers and is muted as infrastructure. Costs next
 * to nothing until the process loads one of the drivers; drivers that are loaded already are patched in place.
 *
 * Where a bundler or a test runner's own module registry hides a driver from module hooks nothing happens: its calls
 * have the scope of the moment, and matching by content still finds their answers.
 */
export function installCarriers(patches: PatchRegistry, { telemetry = 'app', onSpan }: CarrierOptions = {}): InstalledCarriers {
  carryFetchRequests(patches)
  const layout = appLayout()
  knowAliases(layout.aliases)
  const patchFile = (path: string, exports: unknown): unknown => patchOnce(filePatch(path), exports, patches)
  const own =
    telemetry === 'own' && onSpan !== undefined && !appBringsTelemetry(layout) ? installOwnInstrumentations(patches, onSpan) : undefined
  let loaded = false
  const load = (): void => {
    if (loaded) return
    loaded = true
    const disable = instrumentCarriers(carriers, patchFile)
    patches.onUndo(disable)
    own?.driversLoad()
  }
  const late = patchLoaded(patchFile)
  watchDrivers(
    patches,
    carriers.map(({ driver }) => driver),
    load,
  )
  // A loader thread is dear (see hookEsModules): only for an app that is an ES module and has such a driver.
  const esm = layout.esm ? carriers.filter(({ driver, esm }) => esm === true && layout.installed(driver)) : []
  if (esm.length > 0)
    hookEsModules(
      esm.flatMap(({ files }) => files.map(({ path }) => path)),
      (exports, file, folder) => {
        if (loaded) return
        load()
        // Hooks that are put in while a file passes them do not hear of that one.
        const carrier = esm.find(({ driver }) => file.startsWith(`${driver}/`))
        if (carrier !== undefined && knowsVersion(carrier, folder)) patchFile(file, exports)
      },
      mintingModules,
    )
  patches.onUndo(() => (loaded = true))
  replaceMintedIds(patches, layout)
  return own === undefined ? { late } : { late, ownServerSpan: own.serverSpan }
}

function filePatch(path: string): CarrierFile['patch'] | undefined {
  for (const { driver, main, files } of carriers) {
    if (driver === path) return main
    const file = files.find((each) => each.path === path)
    if (file !== undefined) return file.patch
  }
  return undefined
}

function patchOnce(patch: CarrierFile['patch'] | undefined, exports: unknown, patches: PatchRegistry): unknown {
  if (patch === undefined || (typeof exports !== 'object' && typeof exports !== 'function') || exports === null) return undefined
  const before = patched.get(exports)
  if (before !== undefined) return before.replacement
  const replacement = patch(exports, patches)
  patched.set(exports, { replacement })
  patches.onUndo(() => patched.delete(exports))
  return replacement
}

/** Prototypes can still be patched; an export that ought to be replaced has been taken by its users. */
function patchLoaded(patchFile: (path: string, exports: unknown) => unknown): readonly string[] {
  const late = new Set<string>()
  const loaded = Object.keys(ownRequire.cache)
  for (const { driver, main, files } of carriers) {
    const endings = files.map(({ path }) => [path, path] as const)
    if (main !== undefined) endings.push([driver, `${driver}/index.js`])
    for (const [path, ending] of endings) {
      const found = loaded.find((each) => each.endsWith(`${sep}node_modules${sep}${ending.replaceAll('/', sep)}`))
      if (found !== undefined && patchFile(path, ownRequire.cache[found]?.exports) !== undefined) late.add(driver)
    }
  }
  return [...late]
}
