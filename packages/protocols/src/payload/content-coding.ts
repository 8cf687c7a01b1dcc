import {
  brotliCompressSync,
  brotliDecompressSync,
  constants,
  deflateSync,
  gunzipSync,
  gzipSync,
  inflateRawSync,
  inflateSync,
  unzipSync,
} from 'node:zlib'

/** More than this is not unpacked, bytes: a bomb must not take the worker's memory. */
const unpackedLimit = 64 * 1024 * 1024

type Coder = (bytes: Uint8Array) => Uint8Array

// Node gained zstd in 22.15; on older ones such bodies stay as they are.
const zstd = process.getBuiltinModule('node:zlib') as { zstdDecompressSync?: typeof gunzipSync; zstdCompressSync?: typeof gzipSync }
const bounded = { maxOutputLength: unpackedLimit }

const codings: { readonly [coding: string]: { readonly unpack: Coder; readonly pack: Coder } | undefined } = {
  gzip: { unpack: (bytes) => gunzipSync(bytes, bounded), pack: (bytes) => gzipSync(bytes) },
  'x-gzip': { unpack: (bytes) => gunzipSync(bytes, bounded), pack: (bytes) => gzipSync(bytes) },
  br: { unpack: (bytes) => brotliDecompressSync(bytes, bounded), pack: (bytes) => brotliCompressSync(bytes) },
  // Servers disagree whether `deflate` has the zlib wrapper (RFC 9110, 8.4.1.2).
  deflate: {
    unpack: (bytes) => ((bytes[0] ?? 0) % 16 === 8 ? inflateSync(bytes, bounded) : inflateRawSync(bytes, bounded)),
    pack: (bytes) => deflateSync(bytes),
  },
  ...(zstd.zstdDecompressSync && zstd.zstdCompressSync
    ? { zstd: { unpack: (bytes) => zstd.zstdDecompressSync!(bytes, bounded), pack: (bytes) => zstd.zstdCompressSync!(bytes) } }
    : {}),
}

/** The codings that a Content-Encoding header names, in the order in which they were applied. */
export function contentCodings(header: string | undefined): string[] {
  if (header === undefined) return []
  return header
    .split(',')
    .map((name) => name.trim().toLowerCase())
    .filter((name) => name !== '' && name !== 'identity')
}

/** @returns `undefined` when a coding is unknown, the bytes are damaged or cut short, or the result would be too large. */
export function unpack(bytes: Uint8Array, applied: readonly string[]): Uint8Array | undefined {
  let result = bytes
  for (const name of applied.toReversed()) {
    const coding = Object.hasOwn(codings, name) ? codings[name] : undefined
    if (coding === undefined) return undefined
    try {
      result = coding.unpack(result)
    } catch {
      return undefined
    }
  }
  return result
}

/** As much as can be read of bytes that were cut short; only for a single coding of the zlib family or brotli. */
export function unpackTruncated(bytes: Uint8Array, applied: readonly string[]): Uint8Array | undefined {
  const flush = { ...bounded, finishFlush: constants.Z_SYNC_FLUSH }
  try {
    if (applied.length !== 1) return undefined
    if (applied[0] === 'br') return brotliDecompressSync(bytes, { ...bounded, finishFlush: constants.BROTLI_OPERATION_FLUSH })
    return unzipSync(bytes, flush)
  } catch {
    return undefined
  }
}

/** The counterpart of {@link unpack}, for codings that it understood. */
export function pack(bytes: Uint8Array, applied: readonly string[]): Uint8Array {
  let result = bytes
  for (const name of applied) result = codings[name]?.pack(result) ?? result
  return result
}
