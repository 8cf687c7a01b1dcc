/** MessagePack extension types of format 1, for what plain MessagePack cannot say. */
export const extensions = {
  /** `undefined`: one zero byte. */
  undefined: 0,
  /** Bytes that are kept as blobs: references, see `blob-reference.ts`. */
  blobBytes: 1,
  /** Well-formed text that is kept as blobs, in UTF-8. */
  blobText: 2,
  /** A bigint in decimal digits. */
  bigint: 3,
  /** A string with lone surrogates: UTF-16, little-endian. */
  utf16: 4,
} as const
