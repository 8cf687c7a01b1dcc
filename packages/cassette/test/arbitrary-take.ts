import type {
  DrawKind,
  DrawValue,
  FieldValue,
  Interaction,
  Outcome,
  Segment,
  SpanAttributes,
  SpanKind,
  Take,
  TakeSpan,
  TransportError,
  Trigger,
} from '@retake/core'
import { drawKinds } from '@retake/core'
import fc from 'fast-check'

/** `fc.record`, of ordinary objects only. */
export function plain<T, K extends keyof T = keyof T>(
  model: { [Name in keyof T]: fc.Arbitrary<T[Name]> },
  options: { readonly requiredKeys?: K[] } = {},
): fc.Arbitrary<Partial<T> & Pick<T, K>> {
  return fc.record(model, { ...options, noNullPrototype: true } as fc.RecordConstraints<keyof T>) as unknown as fc.Arbitrary<
    Partial<T> & Pick<T, K>
  >
}

/** Any text: also with lone surrogates, NUL, and long enough to become a blob. */
export const text: fc.Arbitrary<string> = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 100 }),
  fc.constantFrom('', '\ud800', 'a\udc00b', '\0', 'é'.repeat(200), '__proto__', 'constructor'),
)
export const bytes: fc.Arbitrary<Uint8Array> = fc.oneof(
  fc.uint8Array({ maxLength: 100 }),
  fc.constantFrom(new Uint8Array(700).fill(7), new Uint8Array(Buffer.from(`HTTP/1.1 200 OK\r\nDate: x\r\n\r\n${'body'.repeat(300)}`))),
)
/** ms to the microsecond, which is what a cassette keeps of a time. */
const time: fc.Arbitrary<number> = fc.integer({ min: 0, max: 5_000_000_000 }).map((micros) => micros / 1000)
const count = fc.nat({ max: 100_000 })
const hex = (digits: number): fc.Arbitrary<string> =>
  fc.string({ unit: fc.constantFrom(...Array.from('0123456789abcdef')), minLength: digits, maxLength: digits })

export const fieldValue: fc.Arbitrary<FieldValue> = fc.letrec<{ value: FieldValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.oneof(
      text,
      fc.double(),
      fc.integer(),
      fc.boolean(),
      fc.constant(null),
      bytes,
      fc.constantFrom(-0, Number.MAX_SAFE_INTEGER, 2 ** 32),
    ),
    fc.array(tie('value'), { maxLength: 5 }),
    members(tie('value')),
  ),
})).value

function members(value: fc.Arbitrary<FieldValue>): fc.Arbitrary<{ [name: string]: FieldValue }> {
  return fc.array(fc.tuple(text, value), { maxLength: 5 }).map((pairs) => {
    const object: { [name: string]: FieldValue } = {}
    for (const [name, member] of pairs) {
      Object.defineProperty(object, name, { value: member, configurable: true, enumerable: true, writable: true })
    }
    return object
  })
}
const fields = members(fieldValue)

const error: fc.Arbitrary<TransportError> = plain(
  { code: text, message: text, errno: fc.integer(), syscall: text, address: text, port: count, hostname: text, extra: fields },
  { requiredKeys: ['code', 'message'] },
)

const outcome: fc.Arbitrary<Outcome> = fc.oneof(
  plain(
    {
      kind: fc.constant('stream' as const),
      chunks: fc.array(plain({ bytes, at: time, mark: text }, { requiredKeys: ['bytes', 'at'] }), { maxLength: 4 }),
      ending: fc.oneof(
        fc.constantFrom({ kind: 'complete' as const }, { kind: 'closed' as const }, { kind: 'abandoned' as const }),
        plain({ kind: fc.constant('error' as const), error }),
      ),
      endedAt: time,
      meta: fields,
    },
    { requiredKeys: ['kind', 'chunks', 'ending', 'endedAt'] },
  ),
  plain({ kind: fc.constant('value' as const), value: fieldValue, endedAt: time }),
  plain({ kind: fc.constant('thrown' as const), error, endedAt: time }),
)

const interactionBody = plain(
  {
    call: plain({ protocol: text, target: text, label: text, effect: fc.constantFrom('read', 'write', 'session', 'transaction'), fields }),
    outcome,
    startedAt: time,
    connection: count,
    spanId: fc.oneof(hex(16), text),
  },
  { requiredKeys: ['call', 'outcome', 'startedAt'] },
)
/** Lists are sometimes repeated until they are long enough to be kept by columns. */
function sometimesLong<T>(list: fc.Arbitrary<T[]>): fc.Arbitrary<T[]> {
  return fc.tuple(list, fc.boolean()).map(([rows, long]) => {
    if (!long || rows.length === 0) return rows
    return Array.from({ length: 16 + rows.length }, (_, row) => rows[row % rows.length] as T)
  })
}

export const interactions: fc.Arbitrary<Interaction[]> = sometimesLong(fc.array(interactionBody, { maxLength: 5 })).map((bodies) =>
  bodies.map((body, id) => ({ id, ...body })),
)

const drawValue: fc.Arbitrary<DrawValue> = fc.oneof(fc.double(), fc.integer(), fc.maxSafeInteger(), fc.bigInt(), text, bytes)
const numbers = fc.array(
  fc.maxSafeInteger().map((number): DrawValue => number),
  { maxLength: 5 },
)
const segmentList = fc.array(
  plain({
    token: fc.option(plain({ kind: fc.constantFrom('call', 'timer', 'job'), id: count, part: count, at: time }), { nil: undefined }),
    draws: fc.array(
      plain(
        {
          kind: fc.constantFrom<DrawKind>(...drawKinds),
          size: count,
          values: fc.oneof(fc.array(drawValue, { maxLength: 5 }), numbers),
          times: fc.array(count, { maxLength: 3 }),
        },
        { requiredKeys: ['kind', 'size', 'values'] },
      ),
      { maxLength: 3 },
    ),
  }),
  { maxLength: 4 },
)
export const segments: fc.Arbitrary<Segment[]> = sometimesLong<Segment>(segmentList)

const headers = fc.array(text, { maxLength: 6 })
export const trigger: fc.Arbitrary<Trigger> = fc.oneof(
  plain(
    {
      kind: fc.constant('http' as const),
      request: plain(
        {
          method: text,
          target: text,
          httpVersion: text,
          rawHeaders: headers,
          body: bytes,
          rawTrailers: headers,
          secure: fc.boolean(),
          sensitive: headers,
          acceptsPush: fc.boolean(),
        },
        { requiredKeys: ['method', 'target', 'httpVersion', 'rawHeaders', 'body'] },
      ),
      response: fc.option(
        plain(
          {
            status: count,
            reason: text,
            httpVersion: text,
            rawHeaders: headers,
            body: bytes,
            rawTrailers: headers,
            informational: fc.array(plain({ status: count, rawHeaders: headers }), { maxLength: 2 }),
            aborted: fc.boolean(),
            reset: plain({ code: count, by: fc.constantFrom('client' as const, 'server' as const) }),
            sensitive: headers,
            pushed: fc.array(plain({ target: text, rawHeaders: headers }), { maxLength: 2 }),
          },
          { requiredKeys: ['status', 'reason', 'httpVersion', 'rawHeaders', 'body'] },
        ),
        { nil: undefined },
      ),
      sentBy: plain({ take: text, number: count }),
    },
    { requiredKeys: ['kind', 'request', 'response'] },
  ),
  plain(
    { kind: fc.constant('test' as const), name: text, outcome: fc.constantFrom('passed', 'failed') },
    { requiredKeys: ['kind', 'name'] },
  ),
  plain(
    { kind: fc.constant('process' as const), process: fc.constantFrom('server', 'script'), exitCode: fc.integer() },
    { requiredKeys: ['kind', 'process'] },
  ),
)

export const spans: fc.Arbitrary<TakeSpan[]> = fc.array(
  plain(
    {
      name: text,
      kind: fc.constantFrom<SpanKind>('internal', 'server', 'client', 'producer', 'consumer'),
      traceId: hex(32),
      spanId: hex(16),
      parent: hex(16),
      startedAt: fc.integer({ min: -5_000_000, max: 5_000_000_000 }).map((micros) => micros / 1000),
      durationMs: time,
      attributes: members(fc.oneof(text, fc.boolean(), fc.double())) as fc.Arbitrary<SpanAttributes>,
      failed: fc.boolean(),
    },
    { requiredKeys: ['name', 'kind', 'traceId', 'spanId', 'startedAt', 'durationMs', 'attributes', 'failed'] },
  ),
  { maxLength: 3 },
)

/** A take without id: whoever uses it numbers it. */
export const takeBody: fc.Arbitrary<Omit<Take, 'id'>> = plain(
  {
    trigger,
    startedAt: fc.double({ noNaN: true, noDefaultInfinity: true }),
    durationMs: time,
    interactions,
    segments,
    traceId: fc.oneof(hex(32), text),
    spanId: hex(16),
    spans,
    spansLeftOut: count,
    redactions: fc.dictionary(text, count, { maxKeys: 3, noNullPrototype: true }),
  },
  { requiredKeys: ['trigger', 'startedAt', 'durationMs', 'interactions', 'segments'] },
)
