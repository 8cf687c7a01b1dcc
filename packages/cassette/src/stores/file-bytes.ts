import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import { missing } from '../cassette-error.ts'
import type { StoredBytes } from './cassette-store.ts'

/** Files up to this size are read at once; larger ones piece by piece. */
const readWhole = 256 * 1024

/** @throws RetakeError RETAKE_CASSETTE_MISSING when the file is not there or may not be read. */
export function openFileBytes(path: string): StoredBytes {
  let descriptor: number
  try {
    descriptor = openSync(path, 'r')
  } catch (error) {
    throw missing(path, `cannot be opened (${(error as NodeJS.ErrnoException).code})`)
  }
  const { size } = fstatSync(descriptor)
  const read = (offset: number, length: number): Buffer => {
    const wanted = Math.max(0, Math.min(length, size - offset))
    const bytes = Buffer.allocUnsafeSlow(wanted)
    let done = 0
    while (done < wanted) {
      const got = readSync(descriptor, bytes, done, wanted - done, offset + done)
      if (got === 0) break
      done += got
    }
    return bytes.subarray(0, done)
  }
  if (size > readWhole) return { name: path, size, read, close: () => closeSync(descriptor) }
  try {
    const whole = read(0, size)
    return { name: path, size: whole.length, read: (offset, length) => whole.subarray(offset, offset + length), close: () => undefined }
  } finally {
    closeSync(descriptor)
  }
}
