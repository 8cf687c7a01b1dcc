import type { Cassette } from '../src/index.ts'

/** Everything that a cassette says, as JSON: bytes, bigints and odd numbers as `{ $type: text }`. */
export function cassetteAsJson(cassette: Cassette): unknown {
  const takes = [...cassette.takes]
  return explain({
    sessions: cassette.sessions.map(({ header, counts, takes: count }) => ({ header, counts, takes: count })),
    summaries: takes,
    takes: takes.map(({ id }) => cassette.take(id)),
    facts: [cassette.facts('postgres', '127.0.0.1:5432'), cassette.facts('mysql', 'db:3306')],
    byTrigger: cassette.takesByTrigger('GET /orders/2?currency=EUR').map(({ id }) => id),
    byCall: [cassette.callsByKey('later'), cassette.callsByKey('charge')],
    torn: cassette.warnings.length > 0,
  })
}

function explain(value: unknown): unknown {
  if (value instanceof Uint8Array) return { $bytes: Buffer.from(value).toString('latin1') }
  if (typeof value === 'bigint') return { $bigint: String(value) }
  if (Object.is(value, -0)) return { $number: '-0' }
  if (value === undefined) return { $undefined: '' }
  if (Array.isArray(value)) return value.map(explain)
  if (typeof value !== 'object' || value === null) return value
  // Pairs, because JSON has no way to say __proto__ that everybody reads in the same way.
  return Object.entries(value).map(([name, member]) => [name, explain(member)])
}
