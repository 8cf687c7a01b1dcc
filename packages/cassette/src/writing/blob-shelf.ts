import { limits } from '../encoding/format.ts'
import { hashContent } from '../encoding/key-hash.ts'
import type { BlobReference } from '../records/blob-reference.ts'
import { farReference, isNear, nearReference } from '../records/blob-reference.ts'
import type { BlobSink } from '../records/record-writer.ts'

/** Writes one large blob at once, and says its number. */
export type WriteBlob = (content: Uint8Array) => number

/**
 * How many contents one generation remembers; there are two. A content older than both is stored again when it comes
 * again, which costs room and nothing else. (One map that forgets its oldest entry is slow: V8 walks over all entries
 * deleted before to find the first.)
 */
const generation = 32_768
/** Bytes of pending blobs from which on the next ones get frames of their own, however small a take makes its pieces. */
const muchPending = 8 * 1024 * 1024
/** Blobs below this size are never worth a frame of their own. */
const worthFrame = 4096
/** Bodies from this size on are looked at for a head. */
const worthSplitting = 512
/** A head longer than this is none. */
const longestHead = 8192
const blankLine = Buffer.from('\r\n\r\n')

/**
 * Keeps content once per file. New content waits here for its batch; the reference to it is a near one until the batch
 * is written, a far one afterwards.
 */
export class BlobShelf implements BlobSink {
  readonly #writeBlob: WriteBlob
  #young = new Map<string, { reference: BlobReference }>()
  #old: ReadonlyMap<string, { reference: BlobReference }> = new Map()
  #pending: Buffer[] = []
  #pendingPlaces: { reference: BlobReference; readonly hash: string }[] = []
  #pendingBytes = 0
  /** Tells the pending batch from every other one. */
  #batch = 0

  constructor(writeBlob: WriteBlob) {
    this.#writeBlob = writeBlob
  }

  get pendingBytes(): number {
    return this.#pendingBytes
  }

  keep(content: Uint8Array): readonly BlobReference[] {
    if (content.length > limits.blobFrame) return cut(content, limits.blobFrame).map((part) => this.#keepFar(part))
    // An HTTP head differs by its Date in every answer, the body behind it does not: kept apart, the body is kept once.
    const head = content.length >= worthSplitting && content.length <= limits.blobInBatch ? headOf(content) : 0
    if (head === 0) return [this.#keepOne(content, '')]
    return [this.#keepOne(content.subarray(0, head), ''), this.#keepOne(content.subarray(head), '')]
  }

  keepRecord(content: Uint8Array, refersNear: boolean): BlobReference {
    return this.#keepOne(content, refersNear ? `@${this.#batch}` : '')
  }

  /** How many blobs wait: what {@link takeBack} goes back to. */
  get mark(): number {
    return this.#pending.length
  }

  /** Forgets the blobs that came after `mark`: the record that they belong to was not added. */
  takeBack(mark: number): void {
    for (const { hash } of this.#pendingPlaces.splice(mark)) this.#forget(hash)
    for (const blob of this.#pending.splice(mark)) this.#pendingBytes -= blob.length
  }

  /** The blobs of the batch that is about to be written. */
  pending(): readonly Uint8Array[] {
    return this.#pending
  }

  /** The batch was written; its blobs are numbered from `first` on. */
  settle(first: number): void {
    this.#pendingPlaces.forEach((place, ordinal) => {
      place.reference = farReference(first + ordinal)
    })
    this.#pending = []
    this.#pendingPlaces = []
    this.#pendingBytes = 0
    this.#batch++
  }

  #keepOne(content: Uint8Array, mark: string): BlobReference {
    const hash = hashContent(content) + mark
    const known = this.#find(hash)
    if (known !== undefined) return known.reference
    const large = content.length > limits.blobInBatch || (this.#pendingBytes > muchPending && content.length >= worthFrame)
    if (large && mark === '') return this.#remember(hash, { reference: farReference(this.#writeBlob(content)) })
    const place = { reference: nearReference(this.#pending.length), hash }
    this.#pending.push(Buffer.from(content))
    this.#pendingPlaces.push(place)
    this.#pendingBytes += content.length
    return this.#remember(hash, place)
  }

  #keepFar(content: Uint8Array): BlobReference {
    const hash = hashContent(content)
    const known = this.#find(hash)
    return known !== undefined && !isNear(known.reference)
      ? known.reference
      : this.#remember(hash, { reference: farReference(this.#writeBlob(content)) })
  }

  /** A content that comes again and again is never forgotten: it moves into the young generation. */
  #find(hash: string): { reference: BlobReference } | undefined {
    const young = this.#young.get(hash)
    if (young !== undefined) return young
    const old = this.#old.get(hash)
    if (old !== undefined) this.#remember(hash, old)
    return old
  }

  #remember(hash: string, place: { reference: BlobReference }): BlobReference {
    if (this.#young.size >= generation) {
      this.#old = this.#young
      this.#young = new Map()
    }
    this.#young.set(hash, place)
    return place.reference
  }

  /** An old one is forgotten only where it is not remembered as young: `takeBack` concerns contents that just came. */
  #forget(hash: string): void {
    if (this.#young.delete(hash)) return
    const old = new Map(this.#old)
    old.delete(hash)
    this.#old = old
  }
}

/** Length of what looks like an HTTP head; 0 when there is none or nothing behind it. */
function headOf(content: Uint8Array): number {
  const at = Buffer.from(content.buffer, content.byteOffset, Math.min(content.length, longestHead)).indexOf(blankLine)
  const head = at + blankLine.length
  return at < 0 || head >= content.length ? 0 : head
}

function cut(content: Uint8Array, size: number): Uint8Array[] {
  const parts: Uint8Array[] = []
  for (let at = 0; at < content.length; at += size) parts.push(content.subarray(at, at + size))
  return parts
}
