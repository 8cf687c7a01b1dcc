import type { PatchRegistry } from '@retake/core'
import { drawingScope } from './drawing-scope.ts'
import { isStandIn, standIn } from './stand-in.ts'

type Blob = import('node:buffer').Blob

const prefix = 'blob:nodedata:'

/** Addresses that were drawn, with those that Node knows the blobs by. */
const nativeAddresses = new Map<string, string>()

/** The address under which Node knows a blob. */
export function nativeObjectUrl(address: string): string {
  return nativeAddresses.get(address) ?? address
}

/** `URL.createObjectURL` makes an address of a UUID that nothing else sees (lib/internal/url.js). */
export function replaceObjectUrls(patches: PatchRegistry): void {
  const { URL } = process.getBuiltinModule('node:url')
  const buffer = process.getBuiltinModule('node:buffer')
  const native = URL.createObjectURL as (blob: Blob) => string
  if (isStandIn(native)) return
  patches.replace(
    URL,
    'createObjectURL',
    standIn(native, (blob: Blob): string => {
      const scope = drawingScope()
      const address = native.call(URL, blob)
      if (scope === undefined || !address.startsWith(prefix)) return address
      const drawn = prefix + scope.draws.text('uuid', () => address.slice(prefix.length))
      if (drawn !== address) nativeAddresses.set(drawn, address)
      return drawn
    }),
  )
  const revoke = URL.revokeObjectURL
  patches.replace(
    URL,
    'revokeObjectURL',
    standIn(revoke, (address: string): void => {
      revoke.call(URL, nativeObjectUrl(address))
      nativeAddresses.delete(address)
    }),
  )
  const resolve = buffer.resolveObjectURL
  patches.replace(
    buffer,
    'resolveObjectURL',
    standIn(resolve, (address: string) => resolve.call(buffer, nativeObjectUrl(address))),
  )
}
