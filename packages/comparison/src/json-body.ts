import { decoded } from './content-encoding.ts'
import { headerFields, type HttpOutcome } from './http-outcome.ts'
import type { JsonValue } from './json-value.ts'
import { parseJson } from './parse-json.ts'

/** The body of an answer as JSON, its content coding taken off; `undefined` when it is none. */
export function jsonBody(outcome: HttpOutcome): JsonValue | undefined {
  const encodings = headerFields(outcome).get('content-encoding') ?? []
  const bytes = decoded(outcome.body ?? new Uint8Array(), encodings)
  return bytes === undefined ? undefined : parseJson(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8'))
}
