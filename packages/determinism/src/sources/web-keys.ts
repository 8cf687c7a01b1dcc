import { muted, type PatchRegistry, type Scope } from '@retake/core'
import { drawingScope } from './drawing-scope.ts'
import { drawKeys, type Parts } from './generated-keys.ts'
import { type PackedWebKey, readKeys, unpackKeys } from './key-material.ts'
import { keyOf } from './result-key.ts'
import { isStandIn, standIn } from './stand-in.ts'
import { inTurn } from './ordered.ts'

type Method = (this: unknown, ...args: unknown[]) => Promise<unknown>
type ImportKey = (
  format: string,
  bytes: Uint8Array,
  algorithm: unknown,
  extractable: unknown,
  usages: readonly unknown[],
) => Promise<unknown>

/** What a function of `subtle` made, by name, and back. `algorithm` and `extractable` tell how a key is imported again. */
interface Made {
  readonly parts: (value: unknown) => Parts
  readonly algorithm: (args: readonly unknown[]) => unknown
  readonly extractable: (args: readonly unknown[]) => unknown
}

const encapsulated: Made = { parts: (value) => ({ ...(value as object) }), algorithm: (args) => args[2], extractable: (args) => args[3] }
const methods: { readonly [name: string]: Made } = {
  generateKey: {
    parts: (value) => ('privateKey' in (value as object) ? { ...(value as object) } : { key: value }),
    algorithm: (args) => args[0],
    extractable: (args) => args[1],
  },
  // Node 24.7 and later.
  encapsulateBits: encapsulated,
  encapsulateKey: encapsulated,
}

/**
 * `subtle.generateKey`, and the encapsulation of a shared key.
 * @param recorded Whether key material may be logged; else the log has the places alone.
 */
export function logWebKeys(patches: PatchRegistry, recorded: boolean): void {
  const { webcrypto } = process.getBuiltinModule('node:crypto')
  const prototype = Object.getPrototypeOf(webcrypto.subtle) as { [name: string]: Method }
  if (isStandIn(prototype['generateKey'])) return
  const importKey: ImportKey = (...args) =>
    muted(() => webcrypto.subtle.importKey(...(args as unknown as Parameters<typeof webcrypto.subtle.importKey>)))
  for (const [name, made] of Object.entries(methods)) {
    const native = prototype[name]
    if (typeof native !== 'function') continue
    const generate: Method = async function (this: unknown, ...args) {
      const scope = drawingScope()
      if (scope === undefined) return native.apply(this, args)
      const value = await inTurn(scope.timeline.job('webcrypto'), native.apply(this, args))
      return drawn({ scope, key: keyOf(`subtle.${name}`, ...args), recorded, value, made, args, importKey })
    }
    patches.replace(prototype, name, standIn(native, generate))
  }
}

interface Drawing {
  readonly scope: Scope
  readonly key: number
  readonly recorded: boolean
  readonly value: unknown
  readonly made: Made
  readonly args: readonly unknown[]
  readonly importKey: ImportKey
}

async function drawn({ scope, key, recorded, value, made, args, importKey }: Drawing): Promise<unknown> {
  const drawing = drawKeys(scope, key, recorded, () => made.parts(value))
  if (drawing.made !== undefined) return value
  const packed = readKeys(drawing.logged)
  const parts: { [part: string]: unknown } = unpackKeys(drawing.logged)
  for (const [name, part] of Object.entries(packed)) {
    if ('usages' in part) parts[name] = await imported(part, made.algorithm(args), made.extractable(args), importKey)
  }
  return 'key' in parts ? parts['key'] : parts
}

/** Importing is done at once in every release, so that this takes no turn of the loop. */
function imported(part: PackedWebKey, algorithm: unknown, extractable: unknown, importKey: ImportKey): Promise<unknown> {
  const bytes = Buffer.from(part.value, 'base64')
  if (part.form === 'web-public') return importKey('spki', bytes, algorithm, true, part.usages)
  if (part.form === 'web-private') return importKey('pkcs8', bytes, algorithm, extractable, part.usages)
  const { name } = typeof algorithm === 'string' ? { name: algorithm } : (algorithm as { readonly name: string })
  return importKey(/^(?:AES-OCB|ChaCha|KMAC)/i.test(name) ? 'raw-secret' : 'raw', bytes, algorithm, extractable, part.usages)
}
