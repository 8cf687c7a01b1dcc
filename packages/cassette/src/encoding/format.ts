/**
 * The constants of cassette format 1. docs/cassette-format.md describes every byte; a number, once released, keeps its
 * meaning for ever.
 */

/** A byte over 0x7f, CR LF, ^Z and LF: a transfer that changes line ends or strips a bit is found by the first 8 bytes. */
export const fileMagic: Uint8Array = Uint8Array.of(0x89, 0x52, 0x54, 0x4b, 0x0d, 0x0a, 0x1a, 0x0a)

/** Ends a whole file: `RTKEND` LF NUL. */
export const footerMagic: Uint8Array = Uint8Array.of(0x52, 0x54, 0x4b, 0x45, 0x4e, 0x44, 0x0a, 0x00)

export const formatMajor = 1
export const formatMinor = 0

/** What a frame holds. Kinds from 128 on may be skipped by a reader that does not know them; others may not. */
export const frameKinds = {
  session: 1,
  batch: 2,
  entries: 3,
  blob: 4,
  facts: 5,
  page: 6,
  index: 7,
  /** Reserved: earlier outcomes of accepted takes. */
  history: 8,
  /** Reserved: sealed secrets. */
  sealed: 9,
} as const
export type FrameKind = (typeof frameKinds)[keyof typeof frameKinds]

export const firstSkippableKind = 128

/** How a frame's payload is stored. Bit 7 is reserved: encrypted after compression. */
export const codecs = {
  stored: 0,
  deflate: 1,
  /** Raw deflate with the last 32 KiB of an earlier frame's content as dictionary; begins with that frame's offset. */
  deflateWithDictionary: 2,
} as const
export type Codec = (typeof codecs)[keyof typeof codecs]

/** Sizes in bytes. */
export const sizes = {
  fileHeader: 16,
  frameHeader: 16,
  footer: 32,
  /** A page of an index table with its frame header; the last page of a table may be shorter. */
  page: 4096,
  dictionary: 32_768,
} as const

const kibibyte = 1024
const mebibyte = 1024 * kibibyte

/** Bounds that a reader insists on and a writer keeps. */
export const limits: {
  /** Content of one frame, in bytes. */
  readonly frameContent: number
  /** Depth of a field value. */
  readonly nesting: number
  /** Bytes of one blob within a batch; longer ones get frames of their own. */
  readonly blobInBatch: number
  /** Bytes of one blob frame; longer bodies are cut. */
  readonly blobFrame: number
  /** Bytes of content after which a batch is written without waiting for a flush. */
  readonly batchContent: number
  /** Bytes of one body that was cut into several blobs. */
  readonly body: number
} = {
  frameContent: 64 * mebibyte,
  nesting: 512,
  blobInBatch: 256 * kibibyte,
  blobFrame: 16 * mebibyte,
  batchContent: 32 * kibibyte,
  body: 1024 * mebibyte,
}
