import type { PatchRegistry } from '@retake/core'
import { drawingScope } from './drawing-scope.ts'
import { drawKeys } from './generated-keys.ts'
import { unpackKeys } from './key-material.ts'
import { keyOf } from './result-key.ts'
import { isStandIn, standIn } from './stand-in.ts'

type CryptoModule = typeof import('node:crypto')
type Ecdh = import('node:crypto').ECDH
type DiffieHellman = import('node:crypto').DiffieHellman
type Encoding = import('node:crypto').BinaryToTextEncoding

/** A private key, with its public one. */
interface ExchangeKeys {
  readonly privateKey: Buffer
  readonly publicKey: Buffer
}

/**
 * `generateKeys` of ECDH and Diffie-Hellman objects, which keep the private key in themselves.
 * @param recorded Whether key material may be logged; else the log has the places alone.
 */
export function logExchangeKeys(patches: PatchRegistry, recorded: boolean): void {
  const crypto = process.getBuiltinModule('node:crypto')
  if (isStandIn(crypto.ECDH.prototype.generateKeys)) return
  logEcdh(crypto, patches, recorded)
  for (const name of ['DiffieHellman', 'DiffieHellmanGroup'] as const) logDiffieHellman(crypto, name, patches, recorded)
}

function logEcdh({ ECDH }: CryptoModule, patches: PatchRegistry, recorded: boolean): void {
  const native = ECDH.prototype.generateKeys as (this: Ecdh, ...args: unknown[]) => unknown
  patches.replace(
    ECDH.prototype,
    'generateKeys',
    standIn(native, function generateKeys(this: Ecdh, ...args: unknown[]): unknown {
      const scope = drawingScope()
      if (scope === undefined) return native.apply(this, args)
      const drawn = drawKeys(scope, keyOf('ECDH'), recorded, () => {
        native.call(this)
        return { privateKey: this.getPrivateKey() }
      })
      if (drawn.made === undefined) this.setPrivateKey((unpackKeys(drawn.logged) as unknown as ExchangeKeys).privateKey)
      return this.getPublicKey(...(args as [Encoding]))
    }),
  )
}

function logDiffieHellman(
  crypto: CryptoModule,
  name: 'DiffieHellman' | 'DiffieHellmanGroup',
  patches: PatchRegistry,
  recorded: boolean,
): void {
  const { prototype } = (crypto as unknown as { readonly [name: string]: { readonly prototype: DiffieHellman } })[name]!
  const native = prototype.generateKeys as (this: DiffieHellman, ...args: unknown[]) => unknown
  patches.replace(
    prototype,
    'generateKeys',
    standIn(native, function generateKeys(this: DiffieHellman, ...args: unknown[]): unknown {
      const scope = drawingScope()
      // With a private key it computes the public one.
      if (scope === undefined || hasPrivateKey(this)) return native.apply(this, args)
      const group = this.getPrime('base64')
      const drawn = drawKeys(scope, keyOf(name, group), recorded, () => {
        native.call(this)
        return { privateKey: this.getPrivateKey(), publicKey: this.getPublicKey() }
      })
      if (drawn.made === undefined) putKeys(crypto, this, unpackKeys(drawn.logged) as unknown as ExchangeKeys)
      return this.getPublicKey(...(args as [Encoding]))
    }),
  )
}

function putKeys(crypto: CryptoModule, exchange: DiffieHellman, { privateKey, publicKey }: ExchangeKeys): void {
  // A well-known group takes no keys: another exchange of the same group stands behind it.
  const takesKeys = typeof (exchange as { readonly setPrivateKey?: unknown }).setPrivateKey === 'function'
  const holder = takesKeys ? exchange : crypto.createDiffieHellman(exchange.getPrime(), exchange.getGenerator())
  holder.setPublicKey(publicKey)
  holder.setPrivateKey(privateKey)
  if (holder === exchange) return
  for (const method of ['computeSecret', 'getPrivateKey', 'getPublicKey'] as const) {
    const value = holder[method].bind(holder) as unknown
    Object.defineProperty(exchange, method, { value, writable: true, enumerable: false, configurable: true })
  }
}

function hasPrivateKey(exchange: DiffieHellman): boolean {
  try {
    return exchange.getPrivateKey().length > 0
  } catch {
    return false
  }
}
