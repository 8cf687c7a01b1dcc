import {
  type Call,
  type DrawKind,
  drawKinds,
  type DrawValue,
  type FieldValue,
  isValueKind,
  type SentBy,
  type TransportError,
} from '@retake/core'
import type { LookupCall, LookupOutcome } from '@retake/transport'
import { lookupCall } from '../calls.ts'
import { type Gap, unpackGap } from '../ring/gap.ts'
import { connectionKinds, endFlags, eventKinds, ownTrace, seamFlags } from '../ring/ring-layout.ts'
import type { RingEvent } from '../ring/ring-reader.ts'
import { seamCall } from '../seam-value.ts'
import { ConnectionsHeard, idsOf, type FactListener } from './connections-heard.ts'
import type { ToldSpan } from './span-assembly.ts'
import { responseBlocks } from '../trigger-sink.ts'
import { TakeAssembly } from './take-assembly.ts'
import { largestOf, type TakeMemory } from './take-memory.ts'
import { TriggerAssembly } from './trigger-assembly.ts'

/** Takes that were written are remembered for late additions; beyond this many the oldest are forgotten. */
const rememberedTakes = 4096

/** Turns the ring's events into takes: the one place that knows what each kind of event means. */
export class EventInterpreter {
  readonly main: TakeAssembly
  /** Takes begun and not forgotten, oldest first. */
  readonly takes: Map<number, TakeAssembly> = new Map()
  /** Takes that have something to be written, or may have: those with an open call among them. Without `main`. */
  readonly active: Set<TakeAssembly> = new Set()
  readonly #session: string
  readonly #connections: ConnectionsHeard
  readonly #seams: Map<number, WholeCall> = new Map()
  readonly #lookups: Map<number, WholeCall> = new Map()
  /** Interactions begun, by protocol. */
  readonly interactions: { [protocol: string]: number } = {}
  listened = false
  /** Known when the process ended by itself. */
  exitCode: number | undefined
  dropped = 0
  /** Of these, those that did not fit the memory. */
  droppedForMemory = 0
  /** Of these, requests that had no answer yet when the process ended. */
  unanswered = 0
  /** The first of them that had begun. */
  firstTooLarge: { readonly take: TakeAssembly; readonly held: number } | undefined
  readonly #memory: TakeMemory
  /** Where events go that belong to no take that is kept: of requests that were sampled out, and of takes with a hole. */
  readonly #nobody: TakeAssembly
  #lastBegun = 0

  readonly #drawn: (kind: DrawKind, value: DrawValue) => void

  /**
   * @param room Bytes of bodies that may be held while takes are put together.
   * @param drawn Told of every draw, also those of takes that are not kept.
   */
  constructor(session: string, room: number, fact: FactListener, drawn: (kind: DrawKind, value: DrawValue) => void) {
    this.#session = session
    this.#drawn = drawn
    this.#memory = { held: 0, limit: room, overflowed: (take) => this.#makeRoom(take) }
    this.main = new TakeAssembly(0, `${session}-main`, 0, { kind: 'process' }, this.#memory)
    this.takes.set(0, this.main)
    this.#nobody = new TakeAssembly(-1, `${session}-nobody`, 0, { kind: 'process' }, this.#memory)
    this.#nobody.drop()
    this.#connections = new ConnectionsHeard({
      takeOf: (number) => this.#take(number),
      drop: (take) => this.#dropForMemory(take),
      counted: (protocol) => this.#count(protocol),
      fact,
    })
  }

  /** Takes one event. */
  interpret(event: RingEvent): void {
    if (connectionKinds.has(event.kind)) {
      this.#connections.interpret(event)
      return
    }
    switch (event.kind) {
      case eventKinds.drawNumber:
        this.#draw(event, event.at)
        return
      case eventKinds.drawAgain:
        this.#drawAgain(event)
        return
      case eventKinds.drawBigint:
        this.#draw(event, event.big)
        return
      case eventKinds.drawText:
        this.#draw(event, event.payload.toString('utf8'))
        return
      case eventKinds.drawBytes:
        this.#draw(event, event.payload)
        return
      case eventKinds.timerFired:
        this.#take(event.take).delivered('timer', event.subject, event.detail, event.at)
        return
      case eventKinds.jobDelivered:
        this.#take(event.take).delivered('job', event.subject, event.detail, event.at)
        return
      case eventKinds.takeBegin:
        this.#begin(event.take, event.at, { kind: 'http', exchange: new TriggerAssembly(event.payload), sentBy: this.#senderOf(event) })
        return
      case eventKinds.backgroundBegin: {
        const take = this.#begin(event.take, event.at, {
          kind: 'background',
          name: event.payload.toString('utf8'),
          interval: event.detail === 0 ? undefined : event.detail,
        })
        take.ended = true
        return
      }
      case eventKinds.requestBody:
        this.#body(event)
        return
      case eventKinds.requestEnd:
        this.#exchange(event)?.trailers(event.payload)
        return
      case eventKinds.responseBytes:
      case eventKinds.responseFields:
        this.#body(event)
        return
      case eventKinds.responseEnd:
        this.#ended(event)
        return
      case eventKinds.trace:
        this.#trace(event)
        return
      case eventKinds.span:
        this.#span(event)
        return
      case eventKinds.takeDropped:
        this.drop(this.#take(event.take))
        return
      case eventKinds.gap:
        this.#gap(unpackGap(event.payload))
        return
      case eventKinds.lookupBegin:
        this.#asked(this.#lookups, event, lookupCall(JSON.parse(event.payload.toString('utf8')) as LookupCall))
        return
      case eventKinds.lookupEnd:
        this.#answered(this.#lookups, event, lookupOutcome(event.payload), false)
        return
      case eventKinds.seamBegin:
        this.#asked(this.#seams, event, seamCall(event.payload.toString('utf8', 0, event.detail), event.payload.subarray(event.detail)))
        return
      case eventKinds.seamEnd:
        this.#answered(this.#seams, event, seamOutcome(event), (event.detail & seamFlags.synchronous) !== 0)
        return
      case eventKinds.testBegin: {
        const test = JSON.parse(event.payload.toString('utf8')) as { name: string; place: string; isHooked: boolean }
        this.#begin(event.take, event.at, { kind: 'test', ...test })
        return
      }
      case eventKinds.testEnd:
        this.#ended(event)
        return
      case eventKinds.listening:
        this.listened = true
        return
      case eventKinds.processEnd:
        this.exitCode = event.detail
        return
      default:
        throw new Error(`the ring holds an event of unknown kind ${event.kind}`)
    }
  }

  /** Forgets takes that were written long ago. */
  forget(): void {
    if (this.takes.size <= rememberedTakes) return
    for (const [number, take] of this.takes) {
      if (this.takes.size <= rememberedTakes) return
      if (number !== 0 && (take.dropped || take.didNothing || (take.written && take.open === 0))) this.takes.delete(number)
    }
  }

  #begin(number: number, at: number, trigger: TakeAssembly['trigger']): TakeAssembly {
    const take = new TakeAssembly(number, `${this.#session}-${number}`, at, trigger, this.#memory)
    this.#lastBegun = number
    this.takes.set(number, take)
    this.active.add(take)
    return take
  }

  #take(number: number): TakeAssembly {
    const take = this.takes.get(number) ?? this.#nobody
    if ((take.written || take.trigger.kind === 'background') && take.number !== 0) this.active.add(take)
    return take
  }

  /** Which take sent the request that begins one. */
  #senderOf({ subject, detail }: RingEvent): SentBy | undefined {
    return subject === 0 ? undefined : { take: `${this.#session}-${subject}`, number: detail }
  }

  #body(event: RingEvent): void {
    const exchange = this.#exchange(event)
    if (exchange === undefined || !this.#take(event.take).hold(event.payload.length)) return
    if (event.kind === eventKinds.requestBody) exchange.body(event.payload)
    else if (event.kind === eventKinds.responseBytes) exchange.response(event.payload)
    else exchange.fields(responseBlocks[event.detail], event.payload)
  }

  /** Events were lost: takes that have a hole now are dropped, and so are those that wait for an answer on a connection that has. */
  #gap({ takes, connections }: Gap): void {
    const { takes: known } = this
    for (const number of takes) {
      const take = known.get(number)
      if (take !== undefined) this.#dropForMemory(take)
      // Not even its beginning was heard.
      else if (number > this.#lastBegun) {
        this.dropped++
        this.droppedForMemory++
      }
    }
    this.#lastBegun = Math.max(this.#lastBegun, ...takes)
    for (const number of connections) {
      this.#connections.lost(number)
      for (const take of known.values()) if (take.isOpenOn(number)) this.#dropForMemory(take)
    }
  }

  #exchange(event: RingEvent): TriggerAssembly | undefined {
    const { trigger } = this.#take(event.take)
    return trigger.kind === 'http' ? trigger.exchange : undefined
  }

  #draw(event: RingEvent, value: number | bigint | string | Uint8Array): void {
    const take = this.#take(event.take)
    const kind = drawKindOf(event)
    this.#drawn(kind, value)
    if (take.dropped) return
    if (kind !== 'timer' && kind !== 'job') take.draws++
    if (isValueKind(kind)) take.values++
    take.segments.draw(kind, value)
  }

  #drawAgain(event: RingEvent): void {
    const take = this.#take(event.take)
    if (take.dropped) return
    take.draws += event.detail
    take.segments.again(drawKindOf(event), event.detail)
  }

  #ended(event: RingEvent): void {
    const take = this.#take(event.take)
    if (take.ended || take.number === 0) return
    take.ended = true
    take.endedAt = event.at
    take.lastActivity = event.at
    take.aborted = (event.detail & endFlags.aborted) !== 0
    if (take.trigger.kind === 'http' && (event.detail & endFlags.reset) !== 0)
      take.trigger.exchange.reset = { code: event.subject, by: (event.detail & endFlags.byServer) !== 0 ? 'server' : 'client' }
  }

  /** Something of a take was lost: it will not be written. */
  drop(take: TakeAssembly): void {
    if (!take.canBeDropped) return
    take.drop()
    this.dropped++
  }

  /** The process ended before the answer did. */
  dropUnanswered(take: TakeAssembly): void {
    if (!take.canBeDropped) return
    this.unanswered++
    this.drop(take)
  }

  #dropForMemory(take: TakeAssembly): void {
    if (!take.canBeDropped) return
    this.firstTooLarge ??= { take, held: take.held }
    this.droppedForMemory++
    this.drop(take)
  }

  #makeRoom(asking: TakeAssembly): boolean {
    const memory = this.#memory
    while (memory.held > memory.limit) {
      const largest = largestOf([this.main, ...this.active, asking])
      if (largest === undefined) return false
      if (largest.canBeDropped) this.#dropForMemory(largest)
      else largest.cutOff()
      if (largest === asking) return false
      // What was cut off makes room as soon as it is written, which is soon.
      if (!largest.dropped) return true
    }
    return true
  }

  /**
   * A take that was about to be written must not be.
   * @param isLost Counted as dropped: nobody wanted it away.
   */
  discard(take: TakeAssembly, isLost: boolean): void {
    take.drop()
    if (isLost) this.dropped++
  }

  #trace(event: RingEvent): void {
    const ids = idsOf(event.payload)
    if (ids === undefined) return
    const take = this.#take(event.take)
    take.trace = ids
    take.ownTrace = event.detail === ownTrace
  }

  #span(event: RingEvent): void {
    const take = this.#take(event.take)
    if (!take.dropped) take.span(JSON.parse(event.payload.toString('utf8')) as ToldSpan, event.payload.length)
  }

  #count(protocol: string): void {
    this.interactions[protocol] = (this.interactions[protocol] ?? 0) + 1
  }

  #asked(open: Map<number, WholeCall>, event: RingEvent, call: Call): void {
    const take = this.#take(event.take)
    // The order in which calls were made, not that of their answers, tells equal ones apart.
    open.set(event.subject, { take, id: take.reserve(), at: event.at, drawn: take.values, call })
  }

  #answered(open: Map<number, WholeCall>, event: RingEvent, outcome: WholeOutcome, synchronous: boolean): void {
    const whole = open.get(event.subject)
    if (whole === undefined) return
    open.delete(event.subject)
    const { take, id, at, drawn, call } = whole
    if (take.written && take.number !== 0) this.active.add(take)
    this.#count(call.protocol)
    const interaction = { id, call, outcome: { ...outcome, endedAt: event.at - at }, startedAt: at - take.began, drawn }
    // A synchronous answer is no delivery: the code that asked goes on in its own segment.
    take.add(interaction, synchronous ? undefined : event.at)
  }
}

/** A call that is told whole: a look-up, or one through `seam()`. */
interface WholeCall {
  readonly take: TakeAssembly
  readonly id: number
  /** ms on the monotonic clock. */
  readonly at: number
  /** Values drawn in the take before it. */
  readonly drawn: number
  readonly call: Call
}

type WholeOutcome = { readonly kind: 'thrown'; readonly error: TransportError } | { readonly kind: 'value'; readonly value: FieldValue }

function seamOutcome({ detail, payload }: RingEvent): WholeOutcome {
  return (detail & seamFlags.thrown) !== 0
    ? { kind: 'thrown', error: JSON.parse(payload.toString('utf8')) as TransportError }
    : { kind: 'value', value: payload }
}

function lookupOutcome(payload: Buffer): WholeOutcome {
  const outcome = JSON.parse(payload.toString('utf8')) as LookupOutcome
  return 'error' in outcome ? { kind: 'thrown', error: outcome.error } : { kind: 'value', value: outcome.values as FieldValue }
}

function drawKindOf(event: RingEvent): DrawKind {
  const kind = drawKinds[event.subject]
  if (kind === undefined) throw new Error(`the ring holds a draw of unknown kind ${event.subject}`)
  return kind
}
