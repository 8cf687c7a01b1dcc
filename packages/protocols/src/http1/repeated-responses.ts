import { Buffer } from 'node:buffer'
import { type FieldRedactor, type HttpResponse, Recent } from '@retake/core'
import { headerValue } from '../payload/header-lines.ts'
import { joined } from '../rechunk.ts'
import { readRecordedResponse } from './recorded-response.ts'
import { redactResponse } from './redact-response.ts'

/** A response as a server wrote it. */
export interface WrittenResponse {
  /** Everything that was written for the request, framing included. */
  readonly bytes: Buffer
  /** Of the request: an answer to HEAD has no body whatever its head says. */
  readonly method: string
  /** The connection closed before the response was complete. */
  readonly aborted: boolean
}

/** Bytes of a response that is worth remembering. */
const longest = 4096
const remembered = 64

/**
 * Reads responses, and remembers those in which one redactor found nothing: within a second (that of the Date header) many a
 * service says the same again and again.
 */
export class RepeatedResponses {
  readonly #known: Recent<string, HttpResponse> = new Recent(remembered)

  /** One that was read before, and holds nothing secret. Its body has no content coding. */
  find(written: WrittenResponse): HttpResponse | undefined {
    return written.bytes.length > longest ? undefined : this.#known.get(keyOf(written))
  }

  /**
   * The response, read and with everything secret replaced.
   * @returns `undefined` when no head was written.
   */
  read(written: WrittenResponse, redact: FieldRedactor): HttpResponse | undefined {
    const { bytes, method, aborted } = written
    const given = [{ bytes, at: 0 }]
    const chunks = redactResponse(given, method, undefined, redact)
    const response = readRecordedResponse(joined(chunks), method, aborted)
    const isPlain = response !== undefined && headerValue(response.rawHeaders, 'content-encoding') === undefined
    if (isPlain && chunks === given && bytes.length <= longest) this.#known.set(keyOf(written), response)
    return response
  }
}

function keyOf({ bytes, method, aborted }: WrittenResponse): string {
  return `${method} ${aborted} ${bytes.toString('latin1')}`
}
