import type { Scope, Target, TransportError } from '@retake/core'
import type { ConnectedFacts, SecuredFacts, TapSink } from '@retake/transport'

/** Taps of a process in which recording may begin later: what they hear before goes nowhere. */
export class LateTaps implements TapSink {
  readonly #sink: () => TapSink | undefined

  constructor(sink: () => TapSink | undefined) {
    this.#sink = sink
  }

  opened(connection: number, target: Target, scope: Scope | undefined): void {
    this.#sink()?.opened(connection, target, scope)
  }

  connected(connection: number, facts: ConnectedFacts): void {
    this.#sink()?.connected(connection, facts)
  }

  upgraded(connection: number): void {
    this.#sink()?.upgraded(connection)
  }

  secured(connection: number, facts: SecuredFacts): void {
    this.#sink()?.secured(connection, facts)
  }

  unreadable(connection: number, reason: string): void {
    this.#sink()?.unreadable?.(connection, reason)
  }

  sent(connection: number, data: Uint8Array | string, encoding: BufferEncoding | undefined, scope: Scope | undefined): void {
    this.#sink()?.sent(connection, data, encoding, scope)
  }

  received(connection: number, data: Uint8Array): void {
    this.#sink()?.received(connection, data)
  }

  sentEnd(connection: number, scope: Scope | undefined): void {
    this.#sink()?.sentEnd(connection, scope)
  }

  receivedEnd(connection: number): void {
    this.#sink()?.receivedEnd(connection)
  }

  closed(connection: number, how: { readonly error?: TransportError; readonly byApp: boolean }): void {
    this.#sink()?.closed(connection, how)
  }
}
