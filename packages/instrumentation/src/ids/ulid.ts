import { drawnId, standIn } from '@retake/determinism'
import { isFunction, type MintingLibrary } from './minting-library.ts'

type MonotonicFactory = (prng?: () => number) => (seedTime?: number) => string

/** ulid itself draws a time and bytes; what `monotonicFactory` makes counts on from the last id of whichever take. */
export const ulidLibrary: MintingLibrary = {
  name: 'ulid',
  modules: /dist\/node\/index\.js/,
  exportsOf: (file) => (/^dist\/(?:node\/)?index(?:\.umd)?\.c?js$/.test(file) ? ['monotonicFactory'] : []),
  replace(_name, native) {
    if (!isFunction(native)) return undefined
    const monotonicFactory = native as unknown as MonotonicFactory
    return standIn(native, ((prng) => drawnId('ulid', monotonicFactory(prng))) satisfies MonotonicFactory)
  },
}
