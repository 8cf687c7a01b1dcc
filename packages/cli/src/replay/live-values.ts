import { isJsonArray, isJsonObject, jsonBody, JsonNumber, type JsonValue } from '@retake/comparison'
import type { HttpRequest, HttpResponse } from '@retake/core'
import { headerValue } from './request-bytes.ts'

/** Shorter texts are only replaced where they are a whole segment, value or member: they stand elsewhere by chance. */
const shortestAnywhere = 12
const shortestText = 8
/** `id`, `orderId`, `order_id`. */
const isIdName = /^id$|_id$|[a-z]Id$/
/** A system makes so many in a run at most that matter later. */
const mostValues = 10_000

/**
 * What a live system made in place of what was recorded: ids, tokens, cookies. Later requests of the run carry the recorded
 * ones, and would ask for things that are not there.
 */
export class LiveValues {
  readonly #live: Map<string, string> = new Map()

  /** Notes every value that the live answer has in the place of another recorded one. */
  learn(recorded: HttpResponse, live: HttpResponse): void {
    const [before, now] = [jsonBody(recorded), jsonBody(live)]
    if (before !== undefined && now !== undefined) this.#pair(before, now)
    for (const name of ['location', 'content-location'])
      this.#pairText(headerValue(recorded.rawHeaders, name), headerValue(live.rawHeaders, name))
    const cookies = cookiesOf(live)
    for (const [name, value] of cookiesOf(recorded)) this.#note(value, cookies.get(name))
  }

  /** The request as it was recorded, with the live values in their places. */
  inRequest(request: HttpRequest): HttpRequest {
    if (this.#live.size === 0) return request
    const { rawHeaders } = request
    const body = this.#inBody(request)
    const headers = rawHeaders.map((text, index) => (index % 2 === 0 ? text : this.#inText(text)))
    for (let index = 0; index + 1 < headers.length; index += 2) {
      if (headers[index]?.toLowerCase() === 'content-length') headers[index + 1] = String(body.length)
    }
    return { ...request, target: this.#inTarget(request.target), rawHeaders: headers, body }
  }

  #pair(before: JsonValue, now: JsonValue): void {
    const pending: (readonly [JsonValue, JsonValue])[] = [[before, now]]
    for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
      const [recorded, live] = next
      if (isJsonArray(recorded) && isJsonArray(live)) {
        for (const [index, item] of recorded.entries()) if (live[index] !== undefined) pending.push([item, live[index]])
      } else if (isJsonObject(recorded) && isJsonObject(live)) {
        for (const [name, value] of recorded) {
          const other = live.get(name)
          if (other === undefined) continue
          if (isIdName.test(name)) this.#pairId(value, other)
          pending.push([value, other])
        }
      } else if (typeof recorded === 'string' && typeof live === 'string' && recorded.length >= shortestText) this.#pairText(recorded, live)
    }
  }

  /** Numbers and short texts are ids only where their name says so: they are equal to something by chance. */
  #pairId(recorded: JsonValue, live: JsonValue): void {
    if (typeof recorded === 'string' && typeof live === 'string') this.#note(recorded, live)
    else if (recorded instanceof JsonNumber && live instanceof JsonNumber) this.#note(recorded.source, live.source)
  }

  /** Texts of equal form are paired word by word: `/orders/7` and `/orders/9` say that 7 is 9. */
  #pairText(recorded: string | undefined, live: string | undefined): void {
    if (recorded === undefined || live === undefined || recorded === live) return
    const [before, now] = [wordsOf(recorded), wordsOf(live)]
    if (before.length > 1 && before.length === now.length) for (const [index, word] of before.entries()) this.#note(word, now[index])
    else this.#note(recorded, live)
  }

  #note(recorded: string | undefined, live: string | undefined): void {
    // The first one stays: a counter that goes on is no id.
    if (recorded === undefined || live === undefined || recorded === live || recorded === '' || this.#live.has(recorded)) return
    if (this.#live.size < mostValues) this.#live.set(recorded, live)
  }

  #inTarget(target: string): string {
    return target.replace(/[^/?&=#]+/g, (part) => this.#live.get(part) ?? this.#inText(part))
  }

  #inBody(request: HttpRequest): Uint8Array {
    const { body, rawHeaders } = request
    if (body.length === 0 || headerValue(rawHeaders, 'content-encoding') !== undefined) return body
    const text = Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('latin1')
    return Buffer.from(this.#inText(text.replace(/(?<=:\s*"?)[\w-]+(?="?\s*[,}\]])/g, (value) => this.#live.get(value) ?? value)), 'latin1')
  }

  /** Long values wherever they stand. */
  #inText(text: string): string {
    let changed = text
    for (const [recorded, live] of this.#live)
      if (recorded.length >= shortestAnywhere && changed.includes(recorded)) changed = changed.replaceAll(recorded, live)
    return changed
  }
}

function wordsOf(text: string): readonly string[] {
  // A token (JWT) is one word.
  return /^[\w-]+(?:\.[\w-]+){2}$/.test(text) ? [text] : text.split(/[^\w-]+/)
}

function cookiesOf({ rawHeaders }: HttpResponse): ReadonlyMap<string, string> {
  const cookies = new Map<string, string>()
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const [, name, value] =
      rawHeaders[index]?.toLowerCase() === 'set-cookie' ? (/^([^=;]+)=([^;]*)/.exec(rawHeaders[index + 1] ?? '') ?? []) : []
    if (name !== undefined && value !== undefined) cookies.set(name.trim(), value)
  }
  return cookies
}
