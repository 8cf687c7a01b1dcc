import type { Attributes, AttributeValue, Exception, Link, Span, SpanContext, SpanOptions, SpanStatus, TimeInput } from '@opentelemetry/api'
import type { Scope, SpanRecord } from '@retake/core'
import { keepAttributes } from './kept-attributes.ts'

/** A clock that is never virtual: ms since the epoch, fractional. */
export type SpanClock = () => number

export interface SpanBirth {
  readonly name: string
  readonly context: SpanContext
  readonly parent: string | undefined
  readonly options: SpanOptions
  readonly clock: SpanClock
  readonly scope: Scope | undefined
  readonly ended: (scope: Scope | undefined, span: SpanRecord) => void
}

const kinds = ['internal', 'server', 'client', 'producer', 'consumer'] as const
const failedCode = 2

/** A span that keeps what the report shows, and hands itself over when it ends. */
export class PrivateSpan implements Span {
  readonly #birth: SpanBirth
  readonly #start: number
  readonly #attributes: Attributes
  #name: string
  #failed = false
  #recording = true

  constructor(birth: SpanBirth) {
    this.#birth = birth
    this.#name = birth.name
    this.#attributes = { ...birth.options.attributes }
    this.#start = milliseconds(birth.options.startTime) ?? birth.clock()
  }

  spanContext(): SpanContext {
    return this.#birth.context
  }
  setAttribute(key: string, value: AttributeValue): this {
    this.#attributes[key] = value
    return this
  }
  setAttributes(attributes: Attributes): this {
    Object.assign(this.#attributes, attributes)
    return this
  }
  addEvent(): this {
    return this
  }
  addLink(_link: Link): this {
    return this
  }
  addLinks(_links: Link[]): this {
    return this
  }
  setStatus(status: SpanStatus): this {
    this.#failed = status.code === failedCode
    return this
  }
  updateName(name: string): this {
    this.#name = name
    return this
  }
  recordException(_exception: Exception): void {}
  isRecording(): boolean {
    return this.#recording
  }

  end(endTime?: TimeInput): void {
    if (!this.#recording) return
    this.#recording = false
    const { context, parent, options, clock, scope, ended } = this.#birth
    ended(scope, {
      name: this.#name,
      kind: kinds[options.kind ?? 0],
      traceId: context.traceId,
      spanId: context.spanId,
      ...(parent === undefined ? {} : { parent }),
      start: this.#start,
      end: milliseconds(endTime) ?? clock(),
      attributes: keepAttributes(this.#attributes),
      failed: this.#failed,
    })
  }
}

/** @param time Epoch ms, a Date, `[seconds, nanoseconds]`; `performance.now()` values have no epoch and are not taken. */
function milliseconds(time: TimeInput | undefined): number | undefined {
  if (Array.isArray(time)) return time[0] * 1e3 + time[1] / 1e6
  if (typeof time === 'number') return time > 1e11 ? time : undefined
  return time?.getTime()
}
