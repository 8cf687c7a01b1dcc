import { drawnBytes, drawnId, standIn } from '@retake/determinism'
import { isFunction, type MintingLibrary } from './minting-library.ts'

type CustomAlphabet = (alphabet: string, size?: number) => (size?: number) => string

/** nanoid cuts its ids out of a pool of 128 times the size. `customRandom` is given its randomness, and needs nothing. */
export const nanoidLibrary: MintingLibrary = {
  name: 'nanoid',
  modules: /index\.js/,
  exportsOf: (file) => (/^index\.c?js$/.test(file) ? ['nanoid', 'customAlphabet', 'random'] : []),
  replace(name, native) {
    if (!isFunction(native)) return undefined
    if (name === 'random') return drawnBytes(native as (size?: number) => Uint8Array)
    if (name === 'nanoid') return drawnId('nanoid', native as (size?: number) => string)
    const customAlphabet = native as unknown as CustomAlphabet
    return standIn(native, ((alphabet, size) => {
      return drawnId(`nanoid ${alphabet} ${size}`, customAlphabet(alphabet, size))
    }) satisfies CustomAlphabet)
  },
}
