import { loadBundle, type LoadedBundle } from './load-bundle.ts'

/** What the engines of the modes have in common. */
type Engine = typeof import('./engine-record.ts')

/** The engine for a mode; `undefined` where there is nothing to do. A mode that is none is left to the engine to refuse. */
export function loadEngine(mode: string | undefined): LoadedBundle<Engine> | undefined {
  if (mode === undefined || mode === '' || mode === 'off') return undefined
  return loadBundle(mode === 'replay' ? 'engine-replay' : 'engine-record')
}
