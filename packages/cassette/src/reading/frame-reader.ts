import { corrupt, newer, readingAt } from '../cassette-error.ts'
import { decompress } from '../encoding/compression.ts'
import { codecs, frameKinds, sizes } from '../encoding/format.ts'
import type { FrameKind } from '../encoding/format.ts'
import { hasSoundChecksum, isPlausible, readFrameHead } from '../encoding/frame.ts'
import type { StoredBytes } from '../stores/cassette-store.ts'
import { WeightedCache } from './weighted-cache.ts'

/** A frame whose checksum was found right. */
export interface Frame {
  readonly offset: number
  readonly kind: number
  readonly codec: number
  readonly content: Buffer
}

/** A frame as it lies in the file, not decompressed yet. */
export interface StoredFrame {
  readonly head: Buffer
  readonly payload: Buffer
  /** Offset of what follows. */
  readonly end: number
}

/** Bytes of content, and of what was parsed from it, that one file keeps in memory. */
const cacheLimit = 16 * 1024 * 1024
/** What is parsed from a page or an entries frame takes about this many times its content. */
const parsedWeight = 8

/** Reads frames anywhere in a file, checks them, and remembers the last ones. */
export class FrameReader {
  readonly bytes: StoredBytes
  readonly #frames: WeightedCache<number, { readonly frame: Frame; parsed: unknown }>

  constructor(bytes: StoredBytes) {
    this.bytes = bytes
    this.#frames = new WeightedCache(cacheLimit)
  }

  /** Kind of the frame at an offset. Throws as {@link read} does. */
  kindAt(offset: number): number {
    return this.#cached(offset).frame.kind
  }

  /** @throws RetakeError RETAKE_CASSETTE_CORRUPT or _VERSION. */
  read(offset: number, kind: FrameKind): Frame {
    return this.#cached(offset, kind).frame
  }

  /** What `parse` makes of a frame's content; made once while the frame is remembered. Always the same `parse` for a kind. */
  parsed<T>(offset: number, kind: FrameKind, parse: (frame: Frame) => T): T {
    const cached = this.#cached(offset, kind)
    cached.parsed ??= readingAt(this.bytes.name, offset, () => parse(cached.frame))
    return cached.parsed as T
  }

  /** The frame at an offset as it is stored; `undefined` when there is no whole and sound one. */
  stored(offset: number): StoredFrame | undefined {
    if (offset < sizes.fileHeader || offset > this.bytes.size - sizes.frameHeader) return undefined
    const head = this.bytes.read(offset, sizes.frameHeader)
    if (head.length < sizes.frameHeader || !isPlausible(head)) return undefined
    const end = offset + sizes.frameHeader + readFrameHead(head).storedSize
    if (end > this.bytes.size) return undefined
    const payload = this.bytes.read(offset + sizes.frameHeader, end - offset - sizes.frameHeader)
    return hasSoundChecksum(head, payload) ? { head, payload, end } : undefined
  }

  #cached(offset: number, kind?: FrameKind): { readonly frame: Frame; parsed: unknown } {
    let cached = this.#frames.get(offset)
    if (cached === undefined) {
      cached = { frame: this.#load(offset), parsed: undefined }
      const { content } = cached.frame
      const parsedToo = cached.frame.kind === frameKinds.page || cached.frame.kind === frameKinds.entries
      this.#frames.set(offset, cached, content.length * (parsedToo ? parsedWeight : 1) + 256)
    }
    if (kind !== undefined && cached.frame.kind !== kind) {
      throw corrupt(this.bytes.name, offset, `a frame of kind ${cached.frame.kind} stands where one of kind ${kind} should`)
    }
    return cached
  }

  #load(offset: number): Frame {
    const stored = this.stored(offset)
    if (stored === undefined) throw corrupt(this.bytes.name, offset, 'the checksum of a frame does not fit, or there is none')
    const { kind, codec, contentSize } = readFrameHead(stored.head)
    if (codec > codecs.deflateWithDictionary)
      throw newer(this.bytes.name, `has a frame that is stored in a way of its own (codec ${codec})`)
    const content = readingAt(this.bytes.name, offset, () =>
      decompress(stored.payload, codec, contentSize, (dictionary) => this.#dictionary(dictionary, offset)),
    )
    return { offset, kind, codec, content }
  }

  /** Only a batch that stands before its user, and uses none itself: a forged file makes no chain and no circle. */
  #dictionary(offset: number, user: number): Buffer {
    const head = offset < user ? this.bytes.read(offset, sizes.frameHeader) : undefined
    if (head?.length !== sizes.frameHeader || readFrameHead(head).codec > codecs.deflate) {
      throw corrupt(this.bytes.name, user, 'a frame names a dictionary that cannot be one')
    }
    return this.read(offset, frameKinds.batch).content
  }
}
