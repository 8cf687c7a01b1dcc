import { type Chunk, type Ending, type Interaction, RetakeError } from '@retake/core'
import { type CollectedBody, sha256 } from '../payload/collected-body.ts'
import { headerValue } from '../payload/header-lines.ts'
import { Answer, type ReplyLine } from '../reply-line.ts'
import type { RequestHead } from './head.ts'
import { acceptsCoding, type Switched } from './semantics.ts'
import { acceptRewriter } from './websocket/accept-key.ts'

/** How far a request has come that was asked for before its end. */
export interface RequestProgress {
  /** Bytes of the body so far. */
  readonly sent: number
  readonly done: boolean
  /** The body so far, as far as it was kept. */
  body(): CollectedBody
}

interface HeldDelivery {
  readonly after: number
  readonly deliver: () => void
}

/** What the answer tells the server about its connection. */
export interface AnswerEvents {
  /** The answer is known; `switched` when the connection speaks something else from here on. */
  known(switched: Switched | undefined): void
}

export interface HttpAnswerOptions {
  readonly events?: AnswerEvents | undefined
  readonly continued?: boolean
  readonly progress?: RequestProgress
  /** What to do when nothing answers. Default: the connection breaks. */
  readonly otherwise?: ((answer: HttpAnswer) => void) | undefined
}

/** Delivers one recorded response: its bytes as they are, but for what depends on this run's request. */
export class HttpAnswer extends Answer {
  readonly #request: RequestHead
  readonly #events: AnswerEvents | undefined
  /** `100 Continue` was given already. */
  readonly #continued: boolean
  /** Present when the request was asked for before its end. */
  readonly #progress: RequestProgress | undefined
  readonly #otherwise: ((answer: HttpAnswer) => void) | undefined
  /** What waits until the client has sent as much as it had when this was recorded. */
  readonly #held: HeldDelivery[] = []
  #verify: { readonly sent: number; readonly sha256: string } | undefined
  #sentAtEnd = 0
  #refusal: RetakeError | undefined
  #rewrite: ((bytes: Uint8Array) => Uint8Array) | undefined

  constructor(line: ReplyLine, request: RequestHead, options: HttpAnswerOptions = {}) {
    super(line)
    this.#request = request
    this.#events = options.events
    this.#continued = options.continued === true
    this.#progress = options.progress
    this.#otherwise = options.otherwise
  }

  override found(interaction: Interaction): void {
    const meta = interaction.outcome.kind === 'stream' ? interaction.outcome.meta : undefined
    if (meta === undefined) return this.#events?.known(undefined)
    if (typeof meta.encoding === 'string') this.#refusal = refuseEncoding(meta.encoding, this.#request, interaction)
    if (typeof meta.sent === 'number' && typeof meta.sentSha256 === 'string' && this.#progress !== undefined)
      this.#verify = { sent: meta.sent, sha256: meta.sentSha256 }
    if (typeof meta.sentAtEnd === 'number') this.#sentAtEnd = meta.sentAtEnd
    if (meta.switched === 'websocket') this.#rewrite = acceptRewriter(headerValue(this.#request.rawHeaders, 'sec-websocket-key') ?? '')
    this.#events?.known(meta.switched as Switched | undefined)
  }

  override chunk(chunk: Chunk): void {
    if (this.#progress === undefined && this.#refusal === undefined && this.#rewrite === undefined && !this.#continued) {
      super.chunk(chunk)
      return
    }
    if (chunk.mark === 'continue' && this.#continued) return
    const after = chunk.mark?.startsWith('sent:') === true ? Number(chunk.mark.slice(5)) : 0
    this.#deliver(after, () => {
      const bytes = this.#rewrite === undefined ? chunk.bytes : this.#rewrite(chunk.bytes)
      if (bytes.length > 0) this.line.host.send(bytes)
    })
  }

  override ending(ending: Ending): void {
    this.#deliver(this.#sentAtEnd, () => this.line.ended(ending))
  }

  override missed(error: RetakeError): void {
    if (this.#otherwise === undefined) super.missed(error)
    else this.#otherwise(this)
  }

  /** More of the request came. */
  progressed(): void {
    const progress = this.#progress
    if (progress === undefined) return
    this.#check(progress)
    while (this.#held.length > 0) {
      const next = this.#held[0] as HeldDelivery
      if (!this.#due(progress, next.after)) return
      this.#held.shift()
      next.deliver()
    }
  }

  #deliver(after: number, deliver: () => void): void {
    if (this.#refusal !== undefined) return this.line.fail(this.#refusal)
    if (this.#progress !== undefined) {
      this.#held.push({ after, deliver })
      this.progressed()
    } else deliver()
  }

  #due(progress: RequestProgress, after: number): boolean {
    return this.#verify === undefined && (progress.done || progress.sent >= after)
  }

  /** The part of the body that the recorded server had been sent must be the same now. */
  #check(progress: RequestProgress): void {
    const expected = this.#verify
    if (expected === undefined || (progress.sent < expected.sent && !progress.done)) return
    this.#verify = undefined
    // Too long to have been kept whole: nothing is left to compare with.
    const body = progress.body()
    if (!('bytes' in body)) return
    const same = progress.sent >= expected.sent && sha256(body.bytes.subarray(0, expected.sent)) === expected.sha256
    if (same) return
    this.line.fail(
      new RetakeError(
        'RETAKE_MISS',
        `${this.#request.method} ${this.#request.target}: the first ${expected.sent} bytes of the body differ from the recorded ones.`,
      ),
    )
  }
}

/** `accept-encoding` is no part of a call, because it differs between Node versions; but the answer must be acceptable. */
function refuseEncoding(encoding: string, request: RequestHead, interaction: Interaction): RetakeError | undefined {
  if (acceptsCoding(request, encoding) !== false) return undefined
  return new RetakeError(
    'RETAKE_MISS',
    `${interaction.call.label}: the recorded answer is encoded as ${encoding}, which the client asked for then and does not accept now.`,
  )
}
