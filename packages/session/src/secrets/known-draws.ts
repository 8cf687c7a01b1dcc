import type { Cassette } from '@retake/cassette'
import type { SecretPart } from '@retake/redaction'
import { drawPolicies } from './draw-policy.ts'
import { RecordedDraws } from './recorded-draws.ts'

const { randomBytes } = process.getBuiltinModule('node:crypto')

/**
 * Tells which parts of a text the log of a cassette's draws shows: they are surrogates, or what the user chose to keep.
 * Takes that cannot be read say nothing.
 */
export function knownDraws(cassette: Cassette): (secret: string) => readonly SecretPart[] | undefined {
  const draws = new RecordedDraws(drawPolicies({ all: 'value', key: 'value' }, { hasKey: false, isLive: false }), randomBytes(32))
  for (const { id } of cassette.takes) {
    for (const segment of readable(() => cassette.take(id).segments) ?? []) {
      for (const { kind, values } of segment.draws) for (const value of values) draws.drawn(kind, value)
    }
  }
  return (secret) => draws.partsOf(secret)
}

/** @returns `undefined` for what is damaged; who verifies the cassette says so. */
export function readable<Value>(read: () => Value): Value | undefined {
  try {
    return read()
  } catch {
    return undefined
  }
}
