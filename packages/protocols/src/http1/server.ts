import type { Target } from '@retake/core'
import { opaqueCall } from '../generic/call.ts'
import { GenericServer } from '../generic/server.ts'
import { BodyCollector } from '../payload/collected-body.ts'
import type { VirtualServer, VirtualServerHost } from '../protocol.ts'
import { Answer, ReplyLine } from '../reply-line.ts'
import { requestCall } from './call.ts'
import { MessageReader } from './codec.ts'
import { continueFact, unfinishedFact } from './connection-fact-names.ts'
import type { RequestHead } from './head.ts'
import { HttpAnswer, type RequestProgress } from './http-answer.ts'
import { PendingBytes } from './pending-bytes.ts'
import { bodylessCall, rememberedHead, rememberedMessage } from './remembered-requests.ts'
import type { Switched } from './semantics.ts'
import { TunnelServer } from './tunnel-server.ts'
import { WebSocketServer } from './websocket/server.ts'

/** A bad head is asked for up to this length, bytes; the conversation cuts at the same place. */
const unreadableLimit = 64 * 1024

/** One request, from its head on. */
interface IncomingRequest {
  readonly head: RequestHead
  body: BodyCollector | undefined
  done: boolean
  /** Whether something had to be said before its end was looked into. */
  considered: boolean
  /** `100 Continue` was given. */
  continued: boolean
  /** The answer, when it was asked for before the request's end. */
  early:
    | { readonly answer: HttpAnswer; readonly progress: { -readonly [name in keyof RequestProgress]: RequestProgress[name] } }
    | undefined
}

/** Reads a real client's requests, asks for their outcomes, and sends these in the order of the requests. */
export class Http1Server implements VirtualServer {
  readonly #host: VirtualServerHost
  readonly #line: ReplyLine
  readonly #requests: MessageReader<RequestHead>
  #target: Target
  #request: IncomingRequest | undefined
  /** What comes after a request to switch protocols, until it is known whether the server did. */
  #held: PendingBytes | undefined
  #inner: VirtualServer | undefined
  #deaf = false

  /** @param line The line of replies of the connection that this one is tunnelled through. */
  constructor(host: VirtualServerHost, line?: ReplyLine) {
    this.#host = host
    this.#line = line ?? new ReplyLine(host)
    this.#target = host.facts.target
    this.#requests = new MessageReader('request', rememberedHead, {
      head: (head) => {
        this.#request = { head, body: undefined, done: false, considered: false, continued: false, early: undefined }
        return 'body'
      },
      data: (bytes) => {
        const request = this.#request as IncomingRequest
        request.body ??= new BodyCollector()
        request.body.add(bytes)
      },
    })
  }

  opened(): void {}

  received(bytes: Uint8Array): void {
    if (this.#inner !== undefined) return this.#inner.received(bytes)
    let at = 0
    while (at < bytes.length && !this.#deaf && !this.#line.over) {
      if (this.#held !== undefined) {
        this.#held.append(bytes.subarray(at))
        return
      }
      at = this.#requests.feed(bytes, at)
      if (this.#requests.done) this.#requestComplete(this.#request as IncomingRequest)
      else if (this.#requests.unreadable !== undefined) this.#requestUnreadable()
      // The connection may have switched while the request was asked for.
      const inner = this.#inner as VirtualServer | undefined
      if (inner !== undefined) {
        if (at < bytes.length) inner.received(bytes.subarray(at))
        return
      }
    }
    const request = this.#request
    if (request === undefined) return
    request.body?.own()
    if (!request.considered) this.#consider(request)
    reportProgress(request)
  }

  receivedText(text: string): boolean {
    if (this.#inner !== undefined || this.#held !== undefined || this.#deaf || this.#line.over || !this.#requests.betweenMessages)
      return false
    const head = rememberedMessage(text)
    if (head === undefined) return false
    this.#askWhole({ head, body: undefined, done: true, considered: false, continued: false, early: undefined })
    return true
  }

  secured(): void {
    if (this.#inner !== undefined) this.#inner.secured()
    else this.#target = { ...this.#target, secure: true }
  }

  receivedEnd(): void {
    this.#inner?.receivedEnd()
  }

  closed(): void {
    if (this.#inner !== undefined) return this.#inner.closed()
    // The app gave up on a request that it had not sent to its end; that, too, is recorded as a call.
    if (this.#request !== undefined && this.#request.early === undefined && !this.#deaf) this.#askUnfinished(this.#request)
    this.#line.abandon()
  }

  #requestComplete(request: IncomingRequest): void {
    request.done = true
    this.#request = undefined
    this.#requests.next()
    if (request.early === undefined) this.#askWhole(request)
    else {
      request.body?.own()
      reportProgress(request)
    }
  }

  #askWhole({ head, body, continued }: IncomingRequest, insteadOf?: HttpAnswer): void {
    const switches = head.framing.upgrade !== undefined || head.method === 'CONNECT'
    if (switches) this.#held = new PendingBytes()
    const events = switches ? { known: (switched: Switched | undefined) => this.#switch(head, switched) } : undefined
    const call = body === undefined ? bodylessCall(head, this.#target) : requestCall(head, body.collected(), this.#target)
    const answer = new HttpAnswer(this.#line, head, { events, continued })
    if (insteadOf === undefined) this.#line.ask(call, answer)
    else this.#line.instead(insteadOf, call, answer)
  }

  /** The answer to a request to switch protocols is known. */
  #switch(head: RequestHead, switched: Switched | undefined): void {
    const held = this.#held
    this.#held = undefined
    if (switched === 'websocket') this.#inner = new WebSocketServer(this.#line, head, this.#target)
    else if (switched === 'opaque') this.#inner = new GenericServer(this.#host, this.#line)
    else if (switched === 'tunnel') {
      this.#inner = new TunnelServer(this.#line, head, (host, line) => new Http1Server(host, line))
      this.#inner.opened()
    }
    if (held !== undefined && held.length > 0) this.received(held.take())
  }

  /** The head is there, the body is not: must something be said before it comes? */
  #consider(request: IncomingRequest): void {
    request.considered = true
    if (this.#host.connectionFact(unfinishedFact(request.head)) !== true) return this.#considerContinue(request)
    // Some request like this had its outcome settled before its end. Was it this one? If not, its end must be awaited.
    this.#askUnfinished(request, (answer) => {
      request.early = undefined
      if (request.done) return this.#askWhole(request, answer)
      this.#line.instead(answer)
      this.#considerContinue(request)
    })
  }

  #considerContinue(request: IncomingRequest): void {
    if (!request.head.framing.expectsContinue) return
    const given = this.#host.connectionFact(continueFact(request.head))
    if (given instanceof Uint8Array) {
      request.continued = true
      this.#host.send(given)
    } else if (given === undefined) this.#askUnfinished(request)
  }

  /** @param otherwise What to do when nothing answers; without it that is a miss. */
  #askUnfinished(request: IncomingRequest, otherwise?: (answer: HttpAnswer) => void): void {
    request.body ??= new BodyCollector()
    const { body, head } = request
    const progress = { sent: body.length, done: false, body: () => body.collected() }
    const answer = new HttpAnswer(this.#line, head, { progress, otherwise })
    request.early = { answer, progress }
    this.#line.ask(requestCall(head, 'unfinished', this.#target), answer, { optional: otherwise !== undefined })
  }

  #requestUnreadable(): void {
    this.#deaf = true
    const request = this.#request
    if (request !== undefined) {
      if (request.early === undefined) this.#askUnfinished(request)
      return
    }
    const call = opaqueCall({ bytes: this.#requests.unfinishedHead.subarray(0, unreadableLimit) }, 0, this.#host.facts)
    this.#line.ask(call, new Answer(this.#line))
  }
}

function reportProgress({ early, body, done }: IncomingRequest): void {
  if (early === undefined) return
  early.progress.sent = body?.length ?? 0
  early.progress.done = done
  early.answer.progressed()
}
