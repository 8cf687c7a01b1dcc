import type { Interaction, SessionCounts, SessionHeader, Take } from '@retake/core'

/** Takes as an express app with PostgreSQL and one outgoing call makes them. Everything is computed, nothing is random. */
export const sampleHeader: SessionHeader = {
  id: 'k3tq9zpa',
  sdk: '0.1.0',
  node: '20.20.2',
  platform: 'linux-x64',
  app: { name: 'shop', version: '1.2.3', commit: '0123456789abcdef0123456789abcdef01234567' },
  startedAt: 1_760_000_000_000,
  tz: 'Europe/Berlin',
  lang: 'de_DE.UTF-8',
  argv: ['node', 'server.js'],
  pid: 4711,
}

export const sampleCounts: SessionCounts = { takes: 3, interactions: { postgres: 6, http1: 3 }, draws: 12, dropped: 0 }

/** A small generator with a fixed seed: samples must be the same on every machine. */
export function fixedRandom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (Math.imul(state ^ (state >>> 15), 0x2c1b_3c6d) + 0x9e37_79b9) >>> 0
    let mixed = Math.imul(state ^ (state >>> 13), 0x297a_2d39)
    mixed ^= mixed >>> 16
    return (mixed >>> 0) / 0x1_0000_0000
  }
}

/** A JSON body of about 2 KB: records of an API, with ids and prices of their own. */
export function jsonBody(seed: number): string {
  const random = fixedRandom(seed * 7919 + 1)
  const hex = (digits: number): string => Array.from({ length: digits }, () => Math.floor(random() * 16).toString(16)).join('')
  const items: unknown[] = []
  while (JSON.stringify({ items }).length < 1950) {
    items.push({
      id: seed * 100 + items.length,
      sku: `SKU-${hex(6)}`,
      name: ['Blue lamp', 'Oak table', 'Wool rug', 'Tin can'][Math.floor(random() * 4)],
      price: Math.round(random() * 10_000) / 100,
      stock: Math.floor(random() * 50),
      createdAt: new Date(1_759_000_000_000 + Math.floor(random() * 1e9)).toISOString(),
    })
  }
  return JSON.stringify({ items })
}

/** One GET over HTTP/1.1 as the wire shows it: head and body in one chunk, with a Date that goes on. */
export function httpCall(id: number, resource: number, startedAt: number): Interaction {
  const body = jsonBody(resource)
  const date = new Date(1_760_000_000_000 + startedAt).toUTCString()
  const head = `HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\nETag: "${resource}"\r\nDate: ${date}\r\nConnection: keep-alive\r\n\r\n`
  const origin = 'http://127.0.0.1:8080'
  const path = `/items/${resource}`
  return {
    id,
    call: {
      protocol: 'http1',
      target: '127.0.0.1:8080',
      label: `GET ${origin}${path}`,
      effect: 'read',
      fields: {
        method: 'GET',
        origin,
        path,
        query: [],
        headers: [
          ['accept', 'application/json'],
          ['user-agent', 'shop/1.2.3'],
        ],
        body: '',
      },
    },
    outcome: {
      kind: 'stream',
      chunks: [{ bytes: new Uint8Array(Buffer.from(head + body)), at: 1.204 + (id % 7) / 10 }],
      ending: { kind: 'complete' },
      endedAt: 1.301 + (id % 7) / 10,
      meta: { keepAlive: true },
    },
    startedAt,
    connection: 1 + (id % 4),
  }
}

export function sqlCall(id: number, order: number, startedAt: number): Interaction {
  return {
    id,
    call: {
      protocol: 'postgres',
      target: '127.0.0.1:5432',
      label: 'SELECT … FROM orders',
      effect: 'read',
      fields: {
        text: 'SELECT id, customer, total, currency, created_at, shipped_at FROM orders WHERE customer = $1 ORDER BY id LIMIT 50',
        parameters: [order, null],
      },
    },
    outcome: {
      kind: 'stream',
      chunks: [
        { bytes: new Uint8Array(Buffer.from(`T\0\0\0\x20id customer total${order}`)), at: 0.4 },
        { bytes: Uint8Array.of(0x5a, 0, 0, 0, 5, 0x49), at: 0.5, mark: 'ready' },
      ],
      ending: { kind: 'complete' },
      endedAt: 0.51,
    },
    startedAt,
    connection: 9,
    spanId: `00f067aa0ba9${String(1000 + (order % 1000)).slice(-4)}`,
  }
}

/** An inbound request that asks the database twice and another service once. */
export function sampleTake(number: number): Take {
  const startedAt = sampleHeader.startedAt + number * 20
  return {
    id: `${sampleHeader.id}-${number}`,
    trigger: {
      kind: 'http',
      request: {
        method: 'GET',
        target: `/orders/${number % 50}?currency=EUR`,
        httpVersion: '1.1',
        rawHeaders: ['Host', '127.0.0.1:3000', 'Accept', 'application/json', 'User-Agent', 'undici'],
        body: new Uint8Array(0),
      },
      response: {
        status: 200,
        reason: 'OK',
        httpVersion: '1.1',
        rawHeaders: [
          'X-Powered-By',
          'Express',
          'Content-Type',
          'application/json; charset=utf-8',
          'Date',
          new Date(startedAt).toUTCString(),
        ],
        body: new Uint8Array(Buffer.from(jsonBody(number % 50))),
      },
    },
    startedAt,
    durationMs: 12.5,
    interactions: [sqlCall(0, number % 50, 0.8), sqlCall(1, (number % 50) + 1, 2.1), httpCall(2, number % 50, 4.25)],
    segments: [
      { token: undefined, draws: [{ kind: 'date', size: 0, values: [startedAt, startedAt + 1], times: [3, 1] }] },
      { token: { kind: 'call', id: 0, part: 0, at: 1.2 }, draws: [] },
      { token: { kind: 'call', id: 2, part: 0, at: 5.454 }, draws: [{ kind: 'random', size: 0, values: [0.123_456_789] }] },
      { token: { kind: 'timer', id: 0, part: 0, at: 7 }, draws: [] },
    ],
    traceId: `4bf92f3577b34da6a3ce929d0e${(100_000 + number).toString(16).padStart(6, '0')}`,
    spanId: '00f067aa0ba902b7',
    redactions: { bearer: 1 },
  }
}

export function sampleKeys(take: Take): { trigger: string; calls: string[] } {
  const { trigger } = take
  return {
    trigger: trigger.kind === 'http' ? `${trigger.request.method} ${trigger.request.target}` : trigger.kind,
    calls: take.interactions.map(({ call }) => JSON.stringify([call.protocol, call.fields])),
  }
}
