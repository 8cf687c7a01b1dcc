import { readFileSync, writeFileSync } from 'node:fs'
import type { Segment } from '@retake/core'

/** What the harness keeps of one take. */
export interface RecordedTake {
  readonly startedAt: number
  readonly segments: readonly Segment[]
  /** Outcomes of the take's calls, by their ids. */
  readonly calls: readonly unknown[]
}

/** Recorded takes by name, as JSON in which bytes and big integers survive. */
export function writeLog(file: string, takes: ReadonlyMap<string, RecordedTake>): void {
  writeFileSync(file, JSON.stringify([...takes], encode))
}

export function readLog(file: string): Map<string, RecordedTake> {
  return new Map(JSON.parse(readFileSync(file, 'utf8'), decode) as [string, RecordedTake][])
}

function encode(this: unknown, key: string, value: unknown): unknown {
  const raw = (this as { [name: string]: unknown })[key]
  if (typeof raw === 'bigint') return { $bigint: String(raw) }
  if (raw instanceof Uint8Array) return { $bytes: Buffer.from(raw).toString('base64') }
  return value
}

function decode(_key: string, value: unknown): unknown {
  if (value === null || typeof value !== 'object') return value
  if ('$bigint' in value) return BigInt(value.$bigint as string)
  if ('$bytes' in value) return new Uint8Array(Buffer.from(value.$bytes as string, 'base64'))
  return value
}
