import { drawId, drawnBytes, standIn } from '@retake/determinism'
import { type AnyFunction, isFunction, type MintingLibrary } from './minting-library.ts'

type Options = { readonly [name: string]: unknown }
type Mint = (this: unknown, options?: Options, buffer?: number[] | Uint8Array, offset?: number) => unknown

/** Options that leave nothing to the state: such an id is computed, and changes when its inputs change. */
const complete: { readonly [version: string]: readonly string[] } = {
  v1: ['node', 'clockseq', 'msecs', 'nsecs'],
  v6: ['node', 'clockseq', 'msecs', 'nsecs'],
  v7: ['random', 'msecs', 'seq'],
}

/**
 * uuid keeps the last time, a sequence and a node for versions 1, 6 and 7, and from 7.0 to 13 a pool of random bytes for all. Version 4
 * without options needs nothing else: it is one draw.
 */
export const uuidLibrary: MintingLibrary = {
  name: 'uuid',
  modules: /dist(?:-node|\/esm|\/esm-node)?\/(?:v1|v4|v6|v7|rng)\.js/,
  exportsOf(file) {
    if (/(?:^|\/)(?:v1|v4|v6|v7|rng)\.js$/.test(file)) return ['default']
    // `require()` of the ES module shows this file alone; elsewhere what it exports is replaced already.
    return /(?:^|\/)dist(?:-node)?\/index\.js$/.test(file) ? ['v1', 'v4', 'v6', 'v7'] : []
  },
  replace(name, native, file) {
    if (!isFunction(native)) return undefined
    if (file.endsWith('rng.js')) return drawnBytes(native as () => Uint8Array, 16)
    return drawnUuid(name === 'default' ? file.slice(-5, -3) : name, native)
  },
}

function drawnUuid(version: string, native: AnyFunction): Mint {
  const mint: Mint = native
  return standIn(native, function (this: unknown, options, buffer, offset = 0) {
    const args: Parameters<Mint> = [options, buffer, offset]
    if (version === 'v4' ? !options && !buffer : isComplete(version, options)) return mint.apply(this, args)
    if (!buffer) return drawId(`uuid ${version}`, [options], () => mint.call(this, options) as string)
    if (offset < 0 || offset + 16 > buffer.length) return mint.apply(this, args)
    const hex = drawId(`uuid ${version}`, [options], () => mintHex(mint, this, options))
    for (let index = 0; index < 16; index++) buffer[offset + index] = Number.parseInt(hex.slice(2 * index, 2 * index + 2), 16)
    return buffer
  } as Mint)
}

/** Into bytes, not as text: with a buffer, version 4 does not ask for a `randomUUID`, in any release. */
function mintHex(mint: Mint, self: unknown, options: Options | undefined): string {
  return Buffer.from(mint.call(self, options, new Uint8Array(16)) as Uint8Array).toString('hex')
}

function isComplete(version: string, options: Options | undefined): boolean {
  return options !== undefined && options !== null && (complete[version] ?? ['random']).every((name) => options[name] !== undefined)
}
