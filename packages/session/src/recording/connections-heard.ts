import { type FieldValue, type SpanIds, type Target, targetName, type TransportError } from '@retake/core'
import type { ConversationSink, Stamp } from '@retake/protocols'
import { connectCall } from '../calls.ts'
import { eventKinds } from '../ring/ring-layout.ts'
import type { RingEvent } from '../ring/ring-reader.ts'
import { ConnectionAssembly } from './connection-assembly.ts'
import type { TakeAssembly } from './take-assembly.ts'

/** Takes a fact about a target: of its connections (`connection`) or of a protocol spoken there. */
export type FactListener = (protocol: string, target: string, name: string, value: FieldValue) => void

/** What the connections need to know of the takes. */
export interface TakesHeard {
  takeOf(number: number): TakeAssembly
  /** Something of a take cannot be understood. */
  drop(take: TakeAssembly): void
  /** An interaction of a take that is kept began. */
  counted(protocol: string): void
  readonly fact: FactListener
}

/** The live connections of the process, as the worker hears them. */
export class ConnectionsHeard {
  readonly #takes: TakesHeard
  readonly #connections: Map<number, ConnectionAssembly> = new Map()
  /** Connections of which not even the beginning was heard. */
  readonly #unknown: Set<number> = new Set()

  constructor(takes: TakesHeard) {
    this.#takes = takes
  }

  /** Takes one event whose subject is a connection. */
  interpret(event: RingEvent): void {
    if (event.kind === eventKinds.opened) {
      this.#open(event)
      return
    }
    const connection = this.#connections.get(event.subject)
    if (connection !== undefined) tell(connection, event)
    else if (event.kind === eventKinds.sent && this.#unknown.has(event.subject)) this.#takes.drop(this.#takes.takeOf(event.take))
    if (event.kind === eventKinds.closed) {
      this.#connections.delete(event.subject)
      this.#unknown.delete(event.subject)
    }
  }

  /** Events of this connection were lost. */
  lost(number: number): void {
    const connection = this.#connections.get(number)
    if (connection === undefined) this.#unknown.add(number)
    else connection.lost()
  }

  #open(event: RingEvent): void {
    const target = JSON.parse(event.payload.toString('utf8')) as Target
    const { subject: number } = event
    this.#connections.set(
      number,
      new ConnectionAssembly(number, target, stampOf(event), {
        sinkFor: (protocol) => this.#sinkFor(protocol, target, number),
        connectFailed: (failed, error, opened, stamp) => this.#connectFailed(failed, error, opened, stamp),
        notUnderstood: (stamp) => this.#takes.drop(this.#takes.takeOf(stamp.take)),
        targetFact: (name, value) => this.#takes.fact('connection', targetName(target), name, value as FieldValue),
      }),
    )
  }

  #sinkFor(protocol: string, target: Target, connection: number): ConversationSink {
    const name = targetName(target)
    return {
      begin: (stamp) => {
        const take = this.#begun(protocol, stamp)
        take.callsTo.set(name, (take.callsTo.get(name) ?? 0) + 1)
        return take.begin(stamp, connection)
      },
      connectionFact: (fact, value) => this.#takes.fact(protocol, name, fact, value),
    }
  }

  #connectFailed(target: Target, error: TransportError, opened: Stamp, failed: Stamp): void {
    const take = this.#begun('connect', opened)
    const name = targetName(target)
    take.add(
      {
        id: take.reserve(),
        call: connectCall(name, take.callsTo.get(name) ?? 0),
        outcome: { kind: 'stream', chunks: [], ending: { kind: 'error', error }, endedAt: failed.at - opened.at },
        startedAt: opened.at - take.began,
      },
      failed.at,
    )
  }

  #begun(protocol: string, stamp: Stamp): TakeAssembly {
    const take = this.#takes.takeOf(stamp.take)
    if (!take.dropped) this.#takes.counted(protocol)
    return take
  }
}

function tell(connection: ConnectionAssembly, event: RingEvent): void {
  switch (event.kind) {
    case eventKinds.sent:
      connection.sent(event.payload, connection.span === undefined ? stampOf(event) : { ...stampOf(event), span: connection.span })
      return
    case eventKinds.spanOf:
      connection.span = idsOf(event.payload)
      return
    case eventKinds.received:
      connection.received(event.payload, stampOf(event))
      return
    case eventKinds.connected:
      connection.connected(JSON.parse(event.payload.toString('utf8')))
      return
    case eventKinds.secured:
      connection.secured(JSON.parse(event.payload.toString('utf8')))
      return
    case eventKinds.upgraded:
      connection.upgraded(stampOf(event))
      return
    case eventKinds.unreadable:
      connection.unreadable(event.payload.toString('utf8'))
      return
    case eventKinds.sentEnd:
      connection.sentEnd(stampOf(event))
      return
    case eventKinds.receivedEnd:
      connection.receivedEnd(stampOf(event))
      return
    case eventKinds.closed:
      connection.closed(stampOf(event), JSON.parse(event.payload.toString('utf8')))
  }
}

/** @returns `undefined` for none. */
export function idsOf(payload: Buffer): SpanIds | undefined {
  const [traceId, spanId] = payload.toString('latin1').split('\0')
  return traceId === undefined || spanId === undefined ? undefined : { traceId, spanId }
}

function stampOf(event: RingEvent): Stamp {
  return { take: event.take, at: event.at }
}
