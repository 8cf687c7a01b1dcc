import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type * as Otel from '@opentelemetry/instrumentation'
import type { Carrier } from '../carriers/carrier.ts'
import { ownRequire } from './own-require.ts'

/** Patches a file of a driver when it is loaded. */
export type PatchFile = (path: string, exports: unknown) => unknown

/**
 * The carriers as OpenTelemetry instrumentations: `InstrumentationBase` brings the `require` and `import` hooks, finds
 * internal files of packages, and asks for the version. Loaded when it is needed, hence not imported.
 *
 * @returns Takes the hooks out of use.
 */
export function instrumentCarriers(carriers: readonly Carrier[], patch: PatchFile): () => void {
  const { InstrumentationBase, InstrumentationNodeModuleDefinition, InstrumentationNodeModuleFile } = ownRequire(
    '@opentelemetry/instrumentation',
  ) as typeof Otel

  class CarrierInstrumentation extends InstrumentationBase {
    /** Called by the base constructor, before any field of this class is set. */
    protected override init(): Otel.InstrumentationNodeModuleDefinition[] {
      return carriers.map(({ driver, versions, files, main }) => {
        const supported = [...versions]
        const hooked = files.map(({ path }) => {
          return new InstrumentationNodeModuleFile(path, supported, (exports: unknown) => patch(path, exports) ?? exports, nothing)
        })
        const patchMain = main === undefined ? undefined : (exports: unknown) => patch(driver, exports) ?? exports
        return new InstrumentationNodeModuleDefinition(driver, supported, patchMain, nothing, hooked)
      })
    }
  }

  const instrumentation = new CarrierInstrumentation('@retake/instrumentation', '1.0.0', {})
  return () => instrumentation.disable()
}

/**
 * Whether a carrier knows the version of a driver that is installed in a folder. Asks as OpenTelemetry does for what passes its hooks.
 */
export function knowsVersion({ versions }: Carrier, folder: string): boolean {
  const { satisfies } = ownRequire('@opentelemetry/instrumentation/build/src/semver.js') as {
    satisfies(version: string, range: string): boolean
  }
  const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { version?: string }
  return version !== undefined && versions.some((range) => satisfies(version, range))
}

/** What was patched is undone by the patch registry. */
function nothing(): void {}
