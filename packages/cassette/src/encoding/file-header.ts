import { crc32 } from 'node:zlib'
import { foreign, newer, corrupt } from '../cassette-error.ts'
import { fileMagic, footerMagic, formatMajor, formatMinor, sizes } from './format.ts'

export function encodeFileHeader(): Buffer {
  const header = Buffer.alloc(sizes.fileHeader)
  header.set(fileMagic)
  header[8] = formatMajor
  header[9] = formatMinor
  header.writeUInt32LE(crc32(header.subarray(0, 12)), 12)
  return header
}

/**
 * @param bytes The file's first bytes.
 * @throws RetakeError RETAKE_CASSETTE_FOREIGN, _VERSION or _CORRUPT.
 */
export function checkFileHeader(file: string, bytes: Uint8Array): void {
  if (bytes.length === 0) throw corrupt(file, 0, 'the file is empty')
  const begins = bytes.subarray(0, fileMagic.length)
  if (!begins.every((byte, index) => byte === fileMagic[index])) {
    if (begins[0] === fileMagic[0] && begins[1] === fileMagic[1] && begins[2] === fileMagic[2] && begins[3] === fileMagic[3]) {
      throw corrupt(file, 4, 'its line ends were changed on the way; mark *.retake as binary in .gitattributes')
    }
    throw foreign(file, 'it begins with other bytes than a cassette does')
  }
  if (bytes.length < sizes.fileHeader) throw corrupt(file, bytes.length, 'the file ends within its header')
  const header = Buffer.from(bytes.buffer, bytes.byteOffset, sizes.fileHeader)
  const major = header[8] as number
  // The checksum's place is a matter of the version, so that the version is looked at first.
  if (major > formatMajor) throw newer(file, `has format version ${major}.${header[9]}`)
  if (header.readUInt32LE(12) !== crc32(header.subarray(0, 12))) throw corrupt(file, 12, 'the checksum of the file header does not fit')
  if (major !== formatMajor) throw corrupt(file, 8, `there is no format version ${major}`)
  const flags = header.readUInt16LE(10)
  if ((flags & 1) !== 0) throw newer(file, 'is encrypted')
  if (flags !== 0) throw newer(file, `uses features that this release does not know (flags ${flags})`)
}

/** @param index Offset of the index frame. @param end Length of the whole file, footer included. */
export function encodeFooter(index: number, end: number): Buffer {
  const footer = Buffer.alloc(sizes.footer)
  footer.writeBigUInt64LE(BigInt(index), 0)
  footer.writeBigUInt64LE(BigInt(end), 8)
  footer.set(footerMagic, 24)
  footer.writeUInt32LE(crc32(footer.subarray(24), crc32(footer.subarray(0, 16))), 16)
  return footer
}

/** @returns Offset of the index frame; `undefined` when these bytes, the last of a file of this size, are no footer. */
export function readFooter(bytes: Uint8Array, fileSize: number): number | undefined {
  if (bytes.length !== sizes.footer) return undefined
  const footer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
  if (!footerMagic.every((byte, index) => byte === footer[24 + index])) return undefined
  if (footer.readUInt32LE(16) !== crc32(footer.subarray(24), crc32(footer.subarray(0, 16)))) return undefined
  if (footer.readUInt32LE(20) !== 0 || footer.readBigUInt64LE(8) !== BigInt(fileSize)) return undefined
  const index = Number(footer.readBigUInt64LE(0))
  return index >= sizes.fileHeader && index <= fileSize - sizes.footer - sizes.frameHeader ? index : undefined
}
