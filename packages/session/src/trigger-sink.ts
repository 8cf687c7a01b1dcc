import type { HttpReset, Scope, SpanAttributes, SpanIds } from '@retake/core'
import type { OwnRequest } from '@retake/transport'

/** Header by which a request names its take. The app never sees it. */
export const takeHeader = 'x-retake-take'

/** Head of an inbound request, as the parser gave it. */
export interface RequestHead {
  readonly method: string
  /** Request target as sent. */
  readonly url: string
  readonly httpVersion: string
  /** `[name, value, …]`, with `x-retake-take` still in it; of HTTP/2 with its pseudo-headers. */
  readonly rawHeaders: readonly string[]
  readonly secure: boolean
  /** Names of headers that the client marked as sensitive (HTTP/2). @default none */
  readonly sensitive?: readonly string[]
  /** The client takes responses that it did not ask for (HTTP/2). @default false */
  readonly acceptsPush?: boolean
  /** Where code of this process has sent it. */
  readonly sentBy?: OwnRequest
}

/** Fields of a message that its protocol frames itself (HTTP/2), in their order on the wire. */
export interface HeaderBlock {
  /** `[name, value, …]`, pseudo-headers first. */
  readonly rawHeaders: readonly string[]
  /** Names of those that are marked as sensitive. */
  readonly sensitive: readonly string[]
}

/** What a {@link HeaderBlock} of a response is; `push`: the request of a response that the client did not ask for. */
export type ResponseBlock = (typeof responseBlocks)[number]

/** Kinds of blocks in the order of their numbers in the ring. */
export const responseBlocks = ['informational', 'final', 'trailers', 'push'] as const

/** Ids of the server span of a request. */
export interface TakeIds extends SpanIds {
  /** They are ours, since the app has no telemetry: no such span is made by anybody. @default false */
  readonly own?: boolean
}

/**
 * Where instrumentation reports triggers. On the hot path while recording: every call copies and returns.
 * One for each session, whatever its mode: instrumentation does not know it.
 */
export interface TriggerSink {
  /**
   * Whether the head alone does not say which take a request is, so that its body must be waited for.
   * @default never
   */
  needsBody?(head: RequestHead): boolean
  /**
   * An inbound request begins.
   * @param body What has arrived of the body, where {@link needsBody} asked for it.
   * @returns The scope in which its handlers shall run; `undefined` when no take is made of it (sampled out).
   */
  begin(head: RequestHead, body?: Uint8Array): Scope | undefined
  /** A piece of the request body, as it is handed to the app. */
  requestBody(scope: Scope, chunk: Uint8Array): void
  /** The request is complete. */
  requestEnd(scope: Scope, rawTrailers: readonly string[]): void
  /**
   * Whether anybody wants to know what responses are made of; where not, nothing need be read only to be told.
   * @default false
   */
  readonly hearsResponses?: boolean
  /** A block of fields of a response of HTTP/2. {@link responseBytes} are its body alone then. */
  responseFields(scope: Scope, kind: ResponseBlock, block: HeaderBlock): void
  /** Bytes of the response exactly as they go to the connection: head, framing and body. */
  responseBytes(scope: Scope, data: Uint8Array | string, encoding: BufferEncoding | undefined): void
  /**
   * `finished`: handed over whole. `aborted`: the connection closed first, or the stream was reset.
   * @param reset How the stream was reset (HTTP/2).
   */
  responseEnd(scope: Scope, how: 'finished' | 'aborted', reset?: HttpReset): void
  /** Ids of the take's server span, once known. */
  trace(scope: Scope, ids: TakeIds): void
  /**
   * What is to be noted on the app's own server span.
   * @default nothing
   */
  spanAttributes?(scope: Scope): SpanAttributes | undefined
}
