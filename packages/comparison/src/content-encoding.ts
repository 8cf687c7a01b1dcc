import zlib from 'node:zlib'

/** Decoded bodies are bounded: a few kilobytes of zeros compressed thrice must not fill the memory. */
const longestDecoded = 64 * 1024 * 1024

type Decode = (bytes: Uint8Array, options: { readonly maxOutputLength: number }) => Uint8Array

/** zstd came with Node 22.15; before, such bodies are compared as they are. */
const zstd = (zlib as { readonly zstdDecompressSync?: Decode }).zstdDecompressSync

const decoders: { readonly [coding: string]: Decode | undefined } = {
  gzip: zlib.gunzipSync,
  'x-gzip': zlib.gunzipSync,
  br: zlib.brotliDecompressSync,
  deflate: inflate,
  zstd,
}

/**
 * Takes content codings off (RFC 9110, 8.4).
 * @param header Values of `content-encoding`, in order.
 * @returns `undefined` when a coding is unknown, or the body is not what the header says.
 */
export function decoded(body: Uint8Array, header: readonly string[]): Uint8Array | undefined {
  const codings = header.flatMap((value) => value.split(',')).map((coding) => coding.trim().toLowerCase())
  let bytes = body
  for (const coding of codings.reverse()) {
    if (coding === '' || coding === 'identity') continue
    const decode = Object.hasOwn(decoders, coding) ? decoders[coding] : undefined
    if (decode === undefined) return undefined
    try {
      bytes = decode(bytes, { maxOutputLength: longestDecoded })
    } catch {
      return undefined
    }
  }
  return bytes
}

/**
 * What a body holds that is compressed without its headers saying so, by its first bytes: gzip (RFC 1952, 2.3.1), zlib (RFC 1950, 2.2), zstd (RFC 8878, 3.1.1).
 * @returns `undefined` for others, and for what is damaged or would be too large.
 */
export function unpackedByItself(bytes: Uint8Array): Uint8Array | undefined {
  const [first = 0, second = 0, third, fourth] = bytes
  const coding =
    first === 0x1f && second === 0x8b && third === 8
      ? 'gzip'
      : first === 0x78 && (first * 256 + second) % 31 === 0
        ? 'deflate'
        : first === 0x28 && second === 0xb5 && third === 0x2f && fourth === 0xfd
          ? 'zstd'
          : undefined
  return coding === undefined ? undefined : decoded(bytes, [coding])
}

/** `deflate` means zlib's format, but some send raw deflate, and all clients accept it. */
function inflate(bytes: Uint8Array, options: { readonly maxOutputLength: number }): Uint8Array {
  try {
    return zlib.inflateSync(bytes, options)
  } catch {
    return zlib.inflateRawSync(bytes, options)
  }
}
