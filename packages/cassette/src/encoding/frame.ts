import { crc32 } from 'node:zlib'
import type { Codec } from './format.ts'
import { frameKinds, limits, sizes } from './format.ts'

/** Head of a frame: what follows, and how it is stored. */
export interface FrameHead {
  /** Bytes of the stored payload, without the head. */
  readonly storedSize: number
  readonly checksum: number
  readonly kind: number
  readonly codec: number
  /** Bytes of the content after decompression. */
  readonly contentSize: number
}

/** A payload as it is stored. */
export interface StoredPayload {
  readonly codec: Codec
  readonly parts: readonly Uint8Array[]
}

/** The head of a frame for a payload. */
export function encodeFrameHead(kind: number, contentSize: number, payload: StoredPayload): Buffer {
  const head = Buffer.alloc(sizes.frameHeader)
  let stored = 0
  for (const part of payload.parts) stored += part.length
  head.writeUInt32LE(stored, 0)
  head[8] = kind
  head[9] = payload.codec
  head.writeUInt32LE(contentSize, 12)
  head.writeUInt32LE(checksum(head, payload.parts), 4)
  return head
}

export function readFrameHead(bytes: Buffer): FrameHead {
  return {
    storedSize: bytes.readUInt32LE(0),
    checksum: bytes.readUInt32LE(4),
    kind: bytes.readUInt8(8),
    codec: bytes.readUInt8(9),
    contentSize: bytes.readUInt32LE(12),
  }
}

/** Whether a head can be one at all: sizes within bounds, and no reserved bits. Says nothing about its checksum. */
export function isPlausible(bytes: Buffer): boolean {
  const { storedSize, contentSize, kind } = readFrameHead(bytes)
  return (
    bytes.readUInt16LE(10) === 0 &&
    storedSize <= limits.frameContent + 1024 &&
    contentSize <= limits.frameContent &&
    kind >= frameKinds.session
  )
}

export function hasSoundChecksum(head: Buffer, payload: Uint8Array): boolean {
  return head.readUInt32LE(4) === checksum(head, [payload])
}

/** Everything but the checksum itself is summed, sizes included: a flipped size never leads astray. */
function checksum(head: Buffer, parts: readonly Uint8Array[]): number {
  let sum = crc32(head.subarray(8, sizes.frameHeader), crc32(head.subarray(0, 4)))
  for (const part of parts) sum = crc32(part, sum)
  return sum
}
