/** What a compressed body holds, and how it is packed again. */
export interface Compressed {
  readonly plain: Uint8Array
  pack(plain: Uint8Array): Uint8Array
}

type Coder = (bytes: Uint8Array, options?: { readonly maxOutputLength: number }) => Uint8Array

/** More than this is not unpacked, bytes: a bomb must not take the worker's memory. */
const longest = 64 * 1024 * 1024
/** How often a compressed body may hold another one. */
export const deepestCompressed = 3

/**
 * A body that is compressed without its message saying so (a file, an export, an upload), by its first bytes: gzip (RFC 1952, 2.3.1), zlib (RFC 1950,
 * 2.2), zstd (RFC 8878, 3.1.1). Brotli and raw deflate begin with anything.
 * @returns `undefined` for others, and for what is damaged or would be too large.
 */
export function compressedBody(bytes: Uint8Array): Compressed | undefined {
  const coders = codersOf(bytes)
  if (coders === undefined) return undefined
  try {
    return { plain: coders.unpack(bytes, { maxOutputLength: longest }), pack: (plain) => coders.pack(plain) }
  } catch {
    return undefined
  }
}

function codersOf(bytes: Uint8Array): { readonly unpack: Coder; readonly pack: Coder } | undefined {
  const [first, second, third, fourth] = bytes
  if (first === undefined || second === undefined) return undefined
  const isGzip = first === 0x1f && second === 0x8b && third === 8
  const isZlib = first === 0x78 && (first * 256 + second) % 31 === 0
  const isZstd = first === 0x28 && second === 0xb5 && third === 0x2f && fourth === 0xfd
  if (!isGzip && !isZlib && !isZstd) return undefined
  // Loaded where there is something to unpack: bundles of processes that replay have no other use for it.
  const zlib = process.getBuiltinModule('node:zlib')
  if (isGzip) return { unpack: zlib.gunzipSync, pack: zlib.gzipSync }
  if (isZlib) return { unpack: zlib.inflateSync, pack: zlib.deflateSync }
  // Node gained zstd in 22.15.
  const { zstdDecompressSync: unpack, zstdCompressSync: pack } = zlib as { zstdDecompressSync?: Coder; zstdCompressSync?: Coder }
  return unpack === undefined || pack === undefined ? undefined : { unpack, pack }
}
