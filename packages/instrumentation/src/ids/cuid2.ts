import { drawnId, standIn } from '@retake/determinism'
import { isFunction, type MintingLibrary } from './minting-library.ts'

type Init = (options?: { readonly length?: number; readonly fingerprint?: string }) => () => string

/** cuid2 hashes a counter and a fingerprint of the process into each id. */
export const cuid2Library: MintingLibrary = {
  name: '@paralleldrive/cuid2',
  modules: /index\.js/,
  exportsOf: (file) => (file === 'index.js' ? ['createId', 'init'] : []),
  replace(name, native) {
    if (!isFunction(native)) return undefined
    if (name === 'createId') return drawnId('cuid2', native as () => string)
    const init = native as unknown as Init
    return standIn(native, ((options) => drawnId(`cuid2 ${options?.length} ${options?.fingerprint}`, init(options))) satisfies Init)
  },
}
