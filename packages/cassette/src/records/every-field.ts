import type {
  Call,
  Chunk,
  DrawRun,
  HttpRequest,
  HttpResponse,
  Interaction,
  OrderToken,
  Segment,
  SessionCounts,
  SessionHeader,
  Take,
  TakeSpan,
  Trigger,
} from '@retake/core'

/** `true`, or a tuple that names the fields that are left over. */
type Every<T, Names extends keyof T> = [Exclude<keyof T, Names>] extends [never] ? true : ['not written:', Exclude<keyof T, Names>]
type Holds<T extends true> = T

/**
 * The fields that the records of this folder write. When core gains one, the type-check fails here, so that nobody's new
 * field is dropped in silence: add it at the end of its record (format 1 stays readable), and then to this list.
 */
export type EveryFieldIsWritten = [
  Holds<
    Every<
      Take,
      | 'id'
      | 'trigger'
      | 'startedAt'
      | 'durationMs'
      | 'interactions'
      | 'segments'
      | 'traceId'
      | 'spanId'
      | 'redactions'
      | 'spans'
      | 'spansLeftOut'
    >
  >,
  Holds<Every<Extract<Trigger, { readonly kind: 'http' }>, 'kind' | 'request' | 'response' | 'sentBy'>>,
  Holds<Every<TakeSpan, 'name' | 'kind' | 'traceId' | 'spanId' | 'parent' | 'startedAt' | 'durationMs' | 'attributes' | 'failed'>>,
  Holds<Every<Interaction, 'id' | 'call' | 'outcome' | 'startedAt' | 'connection' | 'spanId' | 'drawn'>>,
  Holds<Every<Call, 'protocol' | 'target' | 'label' | 'effect' | 'fields'>>,
  Holds<Every<Chunk, 'bytes' | 'at' | 'mark'>>,
  Holds<
    Every<HttpRequest, 'method' | 'target' | 'httpVersion' | 'rawHeaders' | 'body' | 'rawTrailers' | 'secure' | 'sensitive' | 'acceptsPush'>
  >,
  Holds<
    Every<
      HttpResponse,
      | 'status'
      | 'reason'
      | 'httpVersion'
      | 'rawHeaders'
      | 'body'
      | 'rawTrailers'
      | 'informational'
      | 'aborted'
      | 'reset'
      | 'sensitive'
      | 'pushed'
    >
  >,
  Holds<Every<Segment, 'token' | 'draws'>>,
  Holds<Every<OrderToken, 'kind' | 'id' | 'part' | 'at'>>,
  Holds<Every<DrawRun, 'kind' | 'size' | 'values' | 'times'>>,
  Holds<
    Every<SessionHeader, 'id' | 'sdk' | 'node' | 'platform' | 'app' | 'startedAt' | 'tz' | 'lang' | 'argv' | 'pid' | 'callsForm' | 'parent'>
  >,
  Holds<Every<SessionCounts, 'takes' | 'interactions' | 'draws' | 'dropped'>>,
]
