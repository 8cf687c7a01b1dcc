import type { Chunk } from '@retake/core'

/** A stretch of an outcome's bytes and what takes its place. Pieces lie side by side and cover everything. */
export interface Piece {
  /** Where it was, in the bytes of all chunks together. */
  readonly start: number
  readonly end: number
  readonly bytes: Uint8Array
  /** Where an offset within the old stretch is in the new one. Default: the same, within the new length. */
  map?(offset: number): number
}

/** All bytes of an outcome in one piece of memory. */
export function joined(chunks: readonly Chunk[]): Uint8Array {
  if (chunks.length === 1) return (chunks[0] as Chunk).bytes
  const whole = new Uint8Array(chunks.reduce((sum, chunk) => sum + chunk.bytes.length, 0))
  let at = 0
  for (const chunk of chunks) {
    whole.set(chunk.bytes, at)
    at += chunk.bytes.length
  }
  return whole
}

/**
 * The same chunks, as many and at the same moments, with other bytes: what arrived together still arrives together.
 */
export function rechunk(chunks: readonly Chunk[], pieces: readonly Piece[]): Chunk[] {
  const whole = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.bytes.length, 0))
  let written = 0
  for (const piece of pieces) {
    whole.set(piece.bytes, written)
    written += piece.bytes.length
  }
  const result: Chunk[] = []
  let at = 0
  let oldEnd = 0
  let newStart = 0
  let before = 0
  for (const chunk of chunks) {
    oldEnd += chunk.bytes.length
    while (at < pieces.length && (pieces[at] as Piece).end <= oldEnd) before += (pieces[at++] as Piece).bytes.length
    const piece = pieces[at]
    let newEnd = before
    if (piece !== undefined && piece.start < oldEnd) {
      const offset = oldEnd - piece.start
      newEnd += Math.min(piece.map === undefined ? offset : piece.map(offset), piece.bytes.length)
    }
    result.push({ ...chunk, bytes: whole.slice(newStart, Math.max(newStart, newEnd)) })
    newStart = Math.max(newStart, newEnd)
  }
  return result
}

/**
 * Where offsets of a text are after some words in it were replaced. Line by line where the lines are still as many, so
 * that the ends of events in a stream stay the ends of events.
 */
export function offsetMap(before: Uint8Array, after: Uint8Array): (offset: number) => number {
  if (before.length === after.length) return (offset) => offset
  const oldLines = lineStarts(before)
  const newLines = lineStarts(after)
  if (oldLines.length === newLines.length && oldLines.length > 1) {
    return (offset) => {
      if (offset >= before.length) return after.length
      const line = lineAt(oldLines, offset)
      const start = newLines[line] as number
      return Math.min(start + offset - (oldLines[line] as number), (newLines[line + 1] ?? after.length + 1) - 1)
    }
  }
  let prefix = 0
  const shortest = Math.min(before.length, after.length)
  while (prefix < shortest && before[prefix] === after[prefix]) prefix++
  let suffix = 0
  while (suffix < shortest - prefix && before[before.length - 1 - suffix] === after[after.length - 1 - suffix]) suffix++
  const oldMiddle = before.length - prefix - suffix
  const newMiddle = after.length - prefix - suffix
  return (offset) => {
    if (offset <= prefix) return offset
    if (offset >= before.length - suffix) return offset + after.length - before.length
    return prefix + Math.round(((offset - prefix) * newMiddle) / oldMiddle)
  }
}

/** Offsets in bytes that cannot be compared (compressed ones) keep their share of the whole. */
export function proportionalMap(before: number, after: number): (offset: number) => number {
  return (offset) => (before === 0 ? 0 : Math.round((offset * after) / before))
}

function lineStarts(bytes: Uint8Array): number[] {
  const starts = [0]
  for (let at = bytes.indexOf(10); at !== -1; at = bytes.indexOf(10, at + 1)) starts.push(at + 1)
  return starts
}

function lineAt(starts: readonly number[], offset: number): number {
  let low = 0
  let high = starts.length - 1
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if ((starts[middle] as number) <= offset) low = middle
    else high = middle - 1
  }
  return low
}
