import { drawnId } from '@retake/determinism'
import { isFunction, type MintingLibrary } from './minting-library.ts'

type Generate = () => string

/** shortid counts the ids of one second, and says the second since its own beginning. */
export const shortidLibrary: MintingLibrary = {
  name: 'shortid',
  modules: /(?!)/,
  exportsOf: (file) => (file === 'lib/index.js' ? ['default'] : []),
  replace(_name, native) {
    if (!isFunction(native)) return undefined
    const generate = drawnId('shortid', native as Generate) as Generate & { generate?: Generate }
    generate.generate = generate
    return generate
  },
}
