import { type DrawKind, drawKinds, type FieldValue, type Interaction, type Target, targetName, type TransportError } from '@retake/core'
import type { LookupCall, LookupOutcome } from '@retake/transport'
import type { ConversationSink, Stamp } from '@retake/protocols'
import { connectCall, lookupCall } from '../calls.ts'
import { eventKinds, seamFlags } from '../ring/ring-layout.ts'
import type { RingEvent } from '../ring/ring-reader.ts'
import { seamCall } from '../seam-value.ts'
import { ConnectionAssembly } from './connection-assembly.ts'
import { TakeAssembly } from './take-assembly.ts'
import { TriggerAssembly } from './trigger-assembly.ts'

/** Takes a fact about a target: of its connections (`connection`) or of a protocol spoken there. */
export type FactListener = (protocol: string, target: string, name: string, value: FieldValue) => void

/** Takes that were written are remembered for late additions; beyond this many the oldest are forgotten. */
const rememberedTakes = 4096

/** Turns the ring's events into takes: the one place that knows what each kind of event means. */
export class EventInterpreter {
  readonly main: TakeAssembly
  /** Takes begun and not forgotten, oldest first. */
  readonly takes: Map<number, TakeAssembly> = new Map()
  /** Takes in which something has happened that is not written. */
  readonly active: Set<TakeAssembly> = new Set()
  readonly #session: string
  readonly #fact: FactListener
  readonly #connections: Map<number, ConnectionAssembly> = new Map()
  readonly #seams: Map<number, { readonly take: TakeAssembly; readonly id: number; readonly at: number; readonly name: string; readonly argument: Buffer }> = new Map()
  /** Interactions begun, by protocol. */
  readonly interactions: { [protocol: string]: number } = {}
  listened = false
  /** Known when the process ended by itself. */
  exitCode: number | undefined
  dropped = 0

  constructor(session: string, fact: FactListener) {
    this.#session = session
    this.#fact = fact
    this.main = new TakeAssembly(0, `${session}-main`, 0, { kind: 'process' })
    this.takes.set(0, this.main)
  }

  /** Takes one event. */
  interpret(event: RingEvent): void {
    switch (event.kind) {
      case eventKinds.sent:
        this.#connection(event)?.sent(event.payload, { take: event.take, at: event.at })
        return
      case eventKinds.received:
        this.#connection(event)?.received(event.payload, stampOf(event))
        return
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
        this.#begin(event.take, event.at, { kind: 'http', exchange: new TriggerAssembly(event.payload) })
        return
      case eventKinds.requestBody:
        this.#exchange(event)?.body(event.payload)
        return
      case eventKinds.requestEnd:
        this.#exchange(event)?.trailers(event.payload)
        return
      case eventKinds.responseBytes:
        this.#exchange(event)?.response(event.payload)
        return
      case eventKinds.responseEnd:
        this.#ended(event)
        return
      case eventKinds.trace:
        this.#trace(event)
        return
      case eventKinds.takeDropped:
        this.drop(this.#take(event.take))
        return
      case eventKinds.gap:
        for (const take of this.takes.values()) if (!take.written && take.number !== 0) this.drop(take)
        // What the connections missed cannot be known: their conversations start anew with the next bytes.
        for (const connection of this.#connections.values()) connection.restart()
        return
      case eventKinds.opened:
        this.#opened(event)
        return
      case eventKinds.connected:
        this.#connection(event)?.connected(JSON.parse(event.payload.toString('utf8')))
        return
      case eventKinds.secured:
        this.#connection(event)?.secured(JSON.parse(event.payload.toString('utf8')))
        return
      case eventKinds.upgraded:
        this.#connection(event)?.upgraded(stampOf(event))
        return
      case eventKinds.unreadable:
        this.#connection(event)?.unreadable(event.payload.toString('utf8'))
        return
      case eventKinds.sentEnd:
        this.#connection(event)?.sentEnd(stampOf(event))
        return
      case eventKinds.receivedEnd:
        this.#connection(event)?.receivedEnd(stampOf(event))
        return
      case eventKinds.closed:
        this.#connection(event)?.closed(stampOf(event), JSON.parse(event.payload.toString('utf8')))
        this.#connections.delete(event.subject)
        return
      case eventKinds.lookup:
        this.#lookedUp(event)
        return
      case eventKinds.seamBegin:
        this.#seamBegan(event)
        return
      case eventKinds.seamEnd:
        this.#seamEnded(event)
        return
      case eventKinds.testBegin: {
        const { name, place } = JSON.parse(event.payload.toString('utf8')) as { name: string; place: string }
        this.#begin(event.take, event.at, { kind: 'test', name, place })
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
      if (number !== 0 && take.written && take.open === 0) this.takes.delete(number)
    }
  }

  #begin(number: number, at: number, trigger: TakeAssembly['trigger']): void {
    const take = new TakeAssembly(number, `${this.#session}-${number}`, at, trigger)
    this.takes.set(number, take)
    this.active.add(take)
  }

  #take(number: number): TakeAssembly {
    const take = this.takes.get(number) ?? this.main
    if (take.written && take.number !== 0) this.active.add(take)
    return take
  }

  #exchange(event: RingEvent): TriggerAssembly | undefined {
    const { trigger } = this.#take(event.take)
    return trigger.kind === 'http' ? trigger.exchange : undefined
  }

  #connection(event: RingEvent): ConnectionAssembly | undefined {
    return this.#connections.get(event.subject)
  }

  #draw(event: RingEvent, value: number | bigint | string | Uint8Array): void {
    const take = this.#take(event.take)
    const kind = drawKindOf(event)
    if (kind !== 'timer' && kind !== 'job') take.draws++
    take.segments.draw(kind, value)
  }

  #drawAgain(event: RingEvent): void {
    const take = this.#take(event.take)
    take.draws += event.detail
    take.segments.again(drawKindOf(event), event.detail)
  }

  #ended(event: RingEvent): void {
    const take = this.#take(event.take)
    if (take.ended || take.number === 0) return
    take.ended = true
    take.endedAt = event.at
    take.lastActivity = event.at
    take.aborted = event.detail === 1
  }

  /** Something of a take was lost: it will not be written. */
  drop(take: TakeAssembly): void {
    if (take.dropped || take.written || take.number === 0) return
    take.dropped = true
    this.dropped++
  }

  #trace(event: RingEvent): void {
    const [traceId, spanId] = event.payload.toString('latin1').split('\0')
    if (traceId !== undefined && spanId !== undefined) this.#take(event.take).trace = { traceId, spanId }
  }

  #opened(event: RingEvent): void {
    const target = JSON.parse(event.payload.toString('utf8')) as Target
    const connection = event.subject
    this.#connections.set(
      connection,
      new ConnectionAssembly(connection, target, stampOf(event), {
        sinkFor: (protocol) => this.#sinkFor(protocol, target, connection),
        connectFailed: (failed, error, opened, stamp) => this.#connectFailed(failed, error, opened, stamp),
        targetFact: (name, value) => this.#fact('connection', targetName(target), name, value as FieldValue),
      }),
    )
  }

  #count(protocol: string): void {
    this.interactions[protocol] = (this.interactions[protocol] ?? 0) + 1
  }

  #sinkFor(protocol: string, target: Target, connection: number): ConversationSink {
    const name = targetName(target)
    return {
      begin: (stamp) => {
        const take = this.#take(stamp.take)
        this.#count(protocol)
        take.callsTo.set(name, (take.callsTo.get(name) ?? 0) + 1)
        return take.begin(stamp, connection)
      },
      connectionFact: (fact, value) => this.#fact(protocol, name, fact, value),
    }
  }

  #connectFailed(target: Target, error: TransportError, opened: Stamp, failed: Stamp): void {
    const take = this.#take(opened.take)
    const name = targetName(target)
    this.#count('connect')
    const call = connectCall(name, take.callsTo.get(name) ?? 0)
    take.add(
      {
        id: take.reserve(),
        call,
        outcome: { kind: 'stream', chunks: [], ending: { kind: 'error', error }, endedAt: failed.at - opened.at },
        startedAt: opened.at - take.began,
      },
      failed.at,
    )
  }

  #lookedUp(event: RingEvent): void {
    const { call, outcome } = JSON.parse(event.payload.toString('utf8')) as { call: LookupCall; outcome: LookupOutcome }
    const take = this.#take(event.take)
    this.#count('dns')
    const recorded: Interaction['outcome'] =
      'error' in outcome
        ? { kind: 'thrown', error: outcome.error, endedAt: 0 }
        : { kind: 'value', value: outcome.values as FieldValue, endedAt: 0 }
    take.add({ id: take.reserve(), call: lookupCall(call), outcome: recorded, startedAt: event.at - take.began }, event.at)
  }

  #seamBegan(event: RingEvent): void {
    const take = this.#take(event.take)
    const nameLength = event.detail
    this.#seams.set(event.subject, {
      take,
      id: take.reserve(),
      at: event.at,
      name: event.payload.toString('utf8', 0, nameLength),
      argument: event.payload.subarray(nameLength),
    })
  }

  #seamEnded(event: RingEvent): void {
    const seam = this.#seams.get(event.subject)
    if (seam === undefined) return
    this.#seams.delete(event.subject)
    this.#count('seam')
    const endedAt = event.at - seam.at
    const outcome: Interaction['outcome'] =
      (event.detail & seamFlags.thrown) !== 0
        ? { kind: 'thrown', error: JSON.parse(event.payload.toString('utf8')), endedAt }
        : { kind: 'value', value: event.payload, endedAt }
    const interaction = { id: seam.id, call: seamCall(seam.name, seam.argument), outcome, startedAt: seam.at - seam.take.began }
    // A synchronous answer is no delivery: the code that asked goes on in its own segment.
    seam.take.add(interaction, (event.detail & seamFlags.synchronous) === 0 ? event.at : undefined)
  }
}

function stampOf(event: RingEvent): Stamp {
  return { take: event.take, at: event.at }
}

function drawKindOf(event: RingEvent): DrawKind {
  const kind = drawKinds[event.subject]
  if (kind === undefined) throw new Error(`the ring holds a draw of unknown kind ${event.subject}`)
  return kind
}
