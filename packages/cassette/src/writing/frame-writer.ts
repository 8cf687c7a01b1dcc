import { compress, dictionaryOf } from '../encoding/compression.ts'
import type { Dictionary } from '../encoding/compression.ts'
import { codecs, frameKinds, limits } from '../encoding/format.ts'
import type { FrameKind } from '../encoding/format.ts'
import { encodeFrameHead } from '../encoding/frame.ts'
import type { StoredSink } from '../stores/cassette-store.ts'

/** A batch with less content makes no good dictionary. */
const smallestDictionary = 1024
/** Above this size a dictionary is as good as it gets. */
const goodDictionary = 16 * 1024

/**
 * Puts frames one after another into a sink. A batch is compressed with an earlier one as dictionary, so that a take
 * written alone is as small as one among many. Everything else stands alone: a damaged batch costs its takes, not the index.
 */
export class FrameWriter {
  readonly #sink: StoredSink
  #position: number
  #queue: Uint8Array[] = []
  #dictionary: Dictionary | undefined

  /** @param header The file's first bytes. */
  constructor(sink: StoredSink, header: Uint8Array) {
    this.#sink = sink
    this.#queue.push(header)
    this.#position = header.length
  }

  /** Where the next frame will be. */
  get position(): number {
    return this.#position
  }

  /**
   * Adds a frame; it reaches the sink with the next {@link flush}.
   * @returns Its offset.
   */
  add(kind: FrameKind, content: Buffer): number {
    if (content.length > limits.frameContent) throw new RangeError(`a frame has more than ${limits.frameContent} bytes`)
    const offset = this.#position
    const becomesDictionary = this.#isNextDictionary(kind, content)
    const payload =
      kind === frameKinds.page
        ? { codec: codecs.stored, parts: [content] }
        : compress(content, kind === frameKinds.batch && !becomesDictionary ? this.#dictionary : undefined)
    if (becomesDictionary) this.#dictionary = { offset, content: Buffer.from(dictionaryOf(content)) }
    this.addRaw(encodeFrameHead(kind, content.length, payload))
    for (const part of payload.parts) this.addRaw(part)
    return offset
  }

  addRaw(bytes: Uint8Array): void {
    this.#queue.push(bytes)
    this.#position += bytes.length
  }

  /** Hands everything to the sink, as one write. */
  flush(): void {
    if (this.#queue.length === 0) return
    const bytes = this.#queue.length === 1 ? (this.#queue[0] as Uint8Array) : Buffer.concat(this.#queue)
    this.#queue = []
    this.#sink.append(bytes)
  }

  /** The first batch with something in it, and after that one that has much more. A dictionary's user is none itself. */
  #isNextDictionary(kind: FrameKind, content: Buffer): boolean {
    if (kind !== frameKinds.batch || content.length < smallestDictionary) return false
    const have = this.#dictionary?.content.length ?? 0
    return have < goodDictionary && content.length >= have * 2
  }
}
