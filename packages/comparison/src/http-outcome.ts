/** An HTTP answer to compare. `HttpResponse` of a take is one. */
export interface HttpOutcome {
  readonly status: number
  /** `[name, value, name, value, …]`, or values by name. */
  readonly rawHeaders?: readonly string[]
  readonly headers?: { readonly [name: string]: string | readonly string[] | undefined }
  /** Body with its content coding left on. */
  readonly body?: Uint8Array
  readonly rawTrailers?: readonly string[]
  /** The connection closed before the answer was complete. */
  readonly aborted?: boolean
  /** How a stream of HTTP/2 was reset. */
  readonly reset?: { readonly code: number; readonly by: string }
  /** What was promised beside the answer (HTTP/2 server push), by the path of its request. */
  readonly pushed?: readonly { readonly target: string }[]
}

/** Values by lower-case name, each in order. */
export type HeaderFields = ReadonlyMap<string, readonly string[]>

export function headerFields(outcome: Pick<HttpOutcome, 'rawHeaders' | 'headers'>): HeaderFields {
  const fields = new Map<string, string[]>()
  const raw = outcome.rawHeaders ?? []
  for (let index = 0; index + 1 < raw.length; index += 2) add(fields, raw[index] ?? '', raw[index + 1] ?? '')
  for (const [name, values] of Object.entries(outcome.headers ?? {})) {
    for (const value of typeof values === 'string' ? [values] : (values ?? [])) add(fields, name, value)
  }
  return fields
}

function add(fields: Map<string, string[]>, name: string, value: string): void {
  const lower = name.toLowerCase()
  const values = fields.get(lower)
  // White space around a value is no part of it (RFC 9110, 5.5).
  if (values === undefined) fields.set(lower, [value.trim()])
  else values.push(value.trim())
}
