import fs from 'node:fs'
import path from 'node:path'
import zlib from 'node:zlib'

const fileHeader = 16
const frameHeader = 16

/** Every frame of every cassette in a folder as it was before it was compressed; docs/cassette-format.md says how. */
export function unpackedFrames(folder: string): Buffer[] {
  return fs
    .readdirSync(folder)
    .filter((name) => name.endsWith('.retake') || name.endsWith('.partial'))
    .flatMap((name) => framesOf(fs.readFileSync(path.join(folder, name))))
}

function framesOf(file: Buffer): Buffer[] {
  const frames: Buffer[] = [file]
  const byOffset = new Map<number, Buffer>()
  for (let at = fileHeader; at + frameHeader < file.length;) {
    const size = file.readUInt32LE(at)
    if (at + frameHeader + size > file.length) break
    const content = unpacked(file.subarray(at + frameHeader, at + frameHeader + size), file[at + 9] as number, byOffset)
    byOffset.set(at, content)
    frames.push(content)
    at += frameHeader + size
  }
  return frames
}

function unpacked(payload: Buffer, codec: number, byOffset: ReadonlyMap<number, Buffer>): Buffer {
  if (codec === 0) return payload
  if (codec === 1) return zlib.inflateRawSync(payload)
  if (codec !== 2) throw new Error(`there is no codec ${codec}`)
  const dictionary = byOffset.get(Number(payload.readBigUInt64LE()))
  if (dictionary === undefined) throw new Error('the dictionary of a frame is missing')
  return zlib.inflateRawSync(payload.subarray(8), { dictionary: dictionary.subarray(-32_768) })
}
