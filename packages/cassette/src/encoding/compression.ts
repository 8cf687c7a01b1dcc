import { deflateRawSync, inflateRawSync } from 'node:zlib'
import { codecs, sizes } from './format.ts'
import type { StoredPayload } from './frame.ts'
import { Malformed } from './malformed.ts'

/** A frame written before, whose content the next ones may refer to. */
export interface Dictionary {
  /** Offset of its frame. */
  readonly offset: number
  /** The last 32 KiB of its content. */
  readonly content: Buffer
}

/** Below this many bytes deflate gains nothing without a dictionary. */
const worthCompressing = 64
/** From this size on, speed counts more than the last percents: such batches come in bursts. See docs/decisions/cassette-compression.md. */
const burst = 24 * 1024
/** From this size on it is looked whether content is compressed already. */
const large = 64 * 1024
/** A sample of this size tells whether a large blob is compressed already. */
const sampleSize = 4096

/** Compresses content where that makes it smaller. */
export function compress(content: Buffer, dictionary: Dictionary | undefined): StoredPayload {
  const stored: StoredPayload = { codec: codecs.stored, parts: [content] }
  if (dictionary === undefined && content.length < worthCompressing) return stored
  const level = content.length >= burst ? 3 : 6
  if (content.length >= large && deflateRawSync(content.subarray(0, sampleSize), { level: 1 }).length > sampleSize * 0.95) return stored
  if (dictionary === undefined) {
    const deflated = deflateRawSync(content, { level })
    return deflated.length < content.length ? { codec: codecs.deflate, parts: [deflated] } : stored
  }
  const deflated = deflateRawSync(content, { level, dictionary: dictionary.content })
  if (deflated.length + 8 >= content.length) return stored
  const offset = Buffer.alloc(8)
  offset.writeBigUInt64LE(BigInt(dictionary.offset))
  return { codec: codecs.deflateWithDictionary, parts: [offset, deflated] }
}

/**
 * @param dictionaryAt Content of the frame at an offset, which is no dictionary's user itself.
 * @returns Content of exactly `contentSize` bytes.
 * @throws Malformed when the payload does not have exactly that content.
 */
export function decompress(payload: Buffer, codec: number, contentSize: number, dictionaryAt: (offset: number) => Buffer): Buffer {
  if (codec === codecs.stored) {
    if (payload.length !== contentSize) throw new Malformed('the size of a stored frame is wrong')
    return payload
  }
  let deflated = payload
  let dictionary: Buffer | undefined
  if (codec === codecs.deflateWithDictionary) {
    if (payload.length < 8) throw new Malformed('a frame has no room for the offset of its dictionary')
    const content = dictionaryAt(Number(payload.readBigUInt64LE(0)))
    dictionary = dictionaryOf(content)
    deflated = payload.subarray(8)
  }
  let content: Buffer
  try {
    // At least 1, because zlib takes 0 for "no bound".
    const maxOutputLength = Math.max(contentSize, 1)
    content = inflateRawSync(deflated, dictionary === undefined ? { maxOutputLength } : { maxOutputLength, dictionary })
  } catch (error) {
    throw new Malformed(`a frame does not decompress (${(error as Error).message})`)
  }
  if (content.length !== contentSize) throw new Malformed('a frame decompresses to another size than it says')
  return content
}

/** The part of a frame's content that serves as dictionary. */
export function dictionaryOf(content: Buffer): Buffer {
  return content.length <= sizes.dictionary ? content : content.subarray(content.length - sizes.dictionary)
}
