import type { Interaction } from './interaction.ts'
import type { TakeSpan } from './span.ts'
import type { Segment } from './timeline.ts'

/** An HTTP message with everything that the wire told: raw header case and order, exact body. */
export interface HttpRequest {
  readonly method: string
  /** Request target as sent: path and query. */
  readonly target: string
  readonly httpVersion: string
  /** `[name, value, name, value, …]`; of HTTP/2 with its pseudo-headers, `:method` and `:path` among them. */
  readonly rawHeaders: readonly string[]
  readonly body: Uint8Array
  readonly rawTrailers?: readonly string[]
  /** `true` when the connection was TLS. */
  readonly secure?: boolean
  /** Names of headers that the client marked as sensitive (HTTP/2). */
  readonly sensitive?: readonly string[]
  /** The client took responses that it did not ask for (HTTP/2). */
  readonly acceptsPush?: boolean
}

/** How a stream of HTTP/2 ended that was not whole. */
export interface HttpReset {
  /** Error code (RFC 9113, section 7). */
  readonly code: number
  /** `client` also where its connection went. */
  readonly by: 'client' | 'server'
}

export interface HttpResponse {
  /** 0: a stream of HTTP/2 that was reset before there was one. */
  readonly status: number
  readonly reason: string
  readonly httpVersion: string
  readonly rawHeaders: readonly string[]
  /** Body after transfer coding was taken off; content coding is left on. */
  readonly body: Uint8Array
  readonly rawTrailers?: readonly string[]
  /** 1xx answers sent before the final one. */
  readonly informational?: readonly { readonly status: number; readonly rawHeaders: readonly string[] }[]
  /** The connection closed before the answer was complete, or the stream was reset. */
  readonly aborted?: boolean
  readonly reset?: HttpReset
  /** Names of headers and trailers that the server marked as sensitive (HTTP/2). */
  readonly sensitive?: readonly string[]
  /** Requests of the responses that the client did not ask for (HTTP/2 server push); their answers are not kept. */
  readonly pushed?: readonly { readonly target: string; readonly rawHeaders: readonly string[] }[]
}

/** Which take sent a request to its own process. */
export interface SentBy {
  /** Its id. */
  readonly take: string
  /** The how-manieth of its requests to itself, from 1 on. */
  readonly number: number
}

/** What started a take, and its recorded outcome. */
export type Trigger =
  | {
      readonly kind: 'http'
      readonly request: HttpRequest
      readonly response: HttpResponse | undefined
      /** Another take of the process sent it, to a server of its own: it is replayed with that one. */
      readonly sentBy?: SentBy
    }
  | { readonly kind: 'test'; readonly name: string; readonly outcome?: 'passed' | 'failed' }
  /** A tick of a poller or cron job of a server. */
  | {
      readonly kind: 'background'
      /** Name of the function that the timer calls, or the beginning of its source. */
      readonly name: string
      /** ms, where the timer is an interval. */
      readonly interval?: number
    }
  | { readonly kind: 'process'; readonly process: 'server' | 'script'; readonly exitCode?: number }

/** One recorded unit of work and all that it touched. */
export interface Take {
  /** Unique in the cassette and, practically, in the world: `<session id>-<number>`; `<session id>-main` for `main`. */
  readonly id: string
  readonly trigger: Trigger
  /** ms since the epoch, as the live clock said. */
  readonly startedAt: number
  readonly durationMs: number
  readonly interactions: readonly Interaction[]
  readonly segments: readonly Segment[]
  readonly traceId?: string
  readonly spanId?: string
  /** Our own spans, for an app without telemetry; in the order in which they ended. */
  readonly spans?: readonly TakeSpan[]
  /** How many more spans there were than are kept. */
  readonly spansLeftOut?: number
  /** How many values of each class were redacted before anything was written. */
  readonly redactions?: { readonly [detector: string]: number }
}

/**
 * The form in which calls are recorded. 1: HTTP calls had a list of known headers. 2: they have all but bookkeeping.
 */
export const callsForm = 2

/** What is known of the session that recorded a cassette file. */
export interface SessionHeader {
  /** Random, 8 characters of base32. */
  readonly id: string
  readonly sdk: string
  readonly node: string
  readonly platform: string
  readonly app?: { readonly name?: string; readonly version?: string; readonly commit?: string }
  /** ms since the epoch. */
  readonly startedAt: number
  readonly tz: string
  readonly lang: string
  readonly argv: readonly string[]
  readonly pid: number
  /** The form in which its calls were recorded, {@link callsForm}; 1 where a cassette does not say it. */
  readonly callsForm?: number
  /**
   * Where another recorded process or thread started this one: the id of the take that did, and which of the equal ones it
   * started this is, from 0 (`<take>#<number>`).
   */
  readonly parent?: string
}

/** What a session counted, in its footer and in RETAKE_STATS. */
export interface SessionCounts {
  readonly takes: number
  readonly interactions: { readonly [protocol: string]: number }
  readonly draws: number
  /** Takes lost because the recorder's memory was full. */
  readonly dropped: number
}
