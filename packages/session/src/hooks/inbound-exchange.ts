import type { Call, FieldValue, HttpRequest, HttpResponse, Outcome, Trigger } from '@retake/core'

export type HttpTrigger = Extract<Trigger, { readonly kind: 'http' }>

const reading: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS'])

/** An inbound request and its response in the form of an interaction. */
export function exchangeOf({ request, response }: HttpTrigger): { readonly call: Call; readonly outcome: Outcome } {
  const { method, target, rawHeaders, body, httpVersion } = request
  return {
    call: {
      protocol: httpVersion.startsWith('2') ? 'http2' : 'http1',
      target: 'inbound',
      label: `${method} ${target}`,
      effect: reading.has(method) ? 'read' : 'write',
      fields: { method, target, headers: rawHeaders, body },
    },
    outcome:
      response === undefined
        ? { kind: 'stream', chunks: [], ending: { kind: 'abandoned' }, endedAt: 0 }
        : {
            kind: 'value',
            value: { status: response.status, reason: response.reason, headers: response.rawHeaders, body: response.body },
            endedAt: 0,
          },
  }
}

/**
 * The exchange that a hook left.
 * @throws TypeError when it is none any more.
 */
export function triggerOf(before: HttpTrigger, call: Call, outcome: Outcome): HttpTrigger {
  const { method, target, headers, body } = call.fields
  if (typeof method !== 'string' || typeof target !== 'string') throw new TypeError('method and target of a request are texts')
  const changed = message(before.request, headers, body)
  const request: HttpRequest = { ...before.request, method, target, ...changed, rawHeaders: asSent(changed.rawHeaders, { method, target }) }
  if (before.response === undefined || outcome.kind !== 'value') return { ...before, request }
  const value = outcome.value as { readonly [name: string]: FieldValue } | null
  if (typeof value?.['status'] !== 'number') throw new TypeError('the status of a response is a number')
  const { status, reason } = value
  const response: HttpResponse = {
    ...before.response,
    status,
    reason: typeof reason === 'string' ? reason : before.response.reason,
    ...message(before.response, value['headers'], value['body']),
  }
  return { ...before, request, response }
}

/** HTTP/2 says method and target among the headers. */
function asSent(
  rawHeaders: readonly string[],
  { method, target }: { readonly method: string; readonly target: string },
): readonly string[] {
  const said: { readonly [name: string]: string | undefined } = { ':method': method, ':path': target }
  return rawHeaders.map((text, at) => (at % 2 === 0 ? text : (said[rawHeaders[at - 1] as string] ?? text)))
}

/** The length that a message declares follows its body. */
function message(
  before: HttpRequest | HttpResponse,
  headers: FieldValue | undefined,
  body: FieldValue | undefined,
): Pick<HttpRequest, 'rawHeaders' | 'body'> {
  if (!Array.isArray(headers) || !headers.every((text) => typeof text === 'string') || headers.length % 2 !== 0)
    throw new TypeError('headers are a list of names and values in turns')
  if (!(body instanceof Uint8Array)) throw new TypeError('a body is bytes')
  const length = String(body.length)
  const rawHeaders =
    body.length === before.body.length
      ? headers
      : headers.map((text: string, at) => (at % 2 === 1 && (headers[at - 1] as string).toLowerCase() === 'content-length' ? length : text))
  return { rawHeaders, body }
}
