import type { PatchRegistry } from '@retake/core'
import { createStamp, type Stamp } from '../stamp.ts'
import type { ServerStream } from './server-stream.ts'
import { notesOf } from './stream-notes.ts'

/** A file that a response is made of. */
interface SentFile {
  readonly file: number | string | { readonly fd: number }
  offset: number
  /** Up to the end where it is negative. */
  length: number
}

interface FileOptions {
  readonly offset?: unknown
  readonly length?: unknown
  readonly statCheck?: unknown
}

type StatCheck = (this: unknown, stat: unknown, headers: { readonly [name: string]: unknown }, options?: FileOptions) => unknown
type Respond = (this: ServerStream, file: SentFile['file'], headers?: unknown, options?: FileOptions) => unknown

const files: Stamp<SentFile> = createStamp()
/** Bytes that are read at once. */
const piece = 64 * 1024

/**
 * Remembers the files that responses are made of. Their bytes go from the file to the connection on the native side, where
 * nobody in JavaScript sees them.
 */
export function observeSentFiles(patches: PatchRegistry, stream: ServerStream): void {
  for (const name of ['respondWithFD', 'respondWithFile'] as const) {
    const native = stream[name] as Respond
    patches.replace(stream, name, function (this: ServerStream, file: SentFile['file'], headers?: unknown, options?: FileOptions) {
      const sent: SentFile = { file, offset: numberOr(options?.offset, 0), length: numberOr(options?.length, -1) }
      files.set(this, sent)
      notesOf(this).endsLater = true
      return native.call(this, file, headers, observed(options, sent))
    })
  }
}

/**
 * Reads what a response is made of, once its head is on its way. It is read a second time, and at once: who sends the
 * descriptor may close it when the response is through.
 */
export function fileSent(stream: ServerStream, tell: (bytes: Uint8Array) => void): void {
  const sent = files.get(stream)
  if (sent === undefined || sent.offset < 0) return
  const fs = process.getBuiltinModule('node:fs')
  const { file } = sent
  let opened: number | undefined
  try {
    const fd = typeof file === 'number' ? file : typeof file === 'string' ? (opened = fs.openSync(file, 'r')) : file.fd
    const end = sent.length < 0 ? Infinity : sent.offset + sent.length
    for (let at = sent.offset; at < end;) {
      const bytes = Buffer.allocUnsafe(Math.min(piece, end - at))
      const read = fs.readSync(fd, bytes, 0, bytes.length, at)
      if (read === 0) return
      tell(bytes.subarray(0, read))
      at += read
    }
  } catch {
    // What cannot be read by us Node cannot send either: the response ends with a reset, which is told.
  } finally {
    if (opened !== undefined) fs.closeSync(opened)
  }
}

/** `statCheck` may choose another part of the file. */
function observed(options: FileOptions | undefined, sent: SentFile): FileOptions | undefined {
  const { statCheck } = options ?? {}
  if (typeof statCheck !== 'function') return options
  return {
    ...options,
    statCheck(this: unknown, stat: unknown, headers: { readonly [name: string]: unknown }, chosen?: FileOptions): unknown {
      const result: unknown = (statCheck as StatCheck).call(this, stat, headers, chosen)
      sent.offset = numberOr(chosen?.offset, sent.offset)
      sent.length = numberOr(chosen?.length, sent.length)
      return result
    },
  }
}

function numberOr(value: unknown, otherwise: number): number {
  return typeof value === 'number' ? value : otherwise
}
