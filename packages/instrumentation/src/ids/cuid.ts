import { drawnId } from '@retake/determinism'
import { isFunction, type MintingLibrary } from './minting-library.ts'

type Mint = () => string

/** cuid counts its ids, and writes the process id and the name of the machine into each. */
export const cuidLibraries: readonly MintingLibrary[] = [
  {
    name: 'cuid',
    modules: /(?!)/,
    exportsOf: (file) => (file === 'index.js' ? ['default'] : []),
    replace: (_name, native) => drawnCuid(native),
  },
  {
    name: '@bugsnag/cuid',
    modules: /index\.esm\.mjs/,
    exportsOf: (file) => (file === 'dist/index.js' || file === 'index.esm.mjs' ? ['default'] : []),
    replace: (_name, native) => drawnCuid(native),
  },
]

function drawnCuid(native: unknown): unknown {
  if (!isFunction(native)) return undefined
  const cuid = drawnId('cuid', native as Mint) as Mint & { slug?: Mint }
  if (cuid.slug !== undefined) cuid.slug = drawnId('cuid slug', cuid.slug)
  return cuid
}
