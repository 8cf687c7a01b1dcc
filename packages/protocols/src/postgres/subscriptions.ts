import type { Chunk, Ending } from '@retake/core'
import type { Reply, VirtualServerHost } from '../protocol.ts'
import { notificationCall } from './call.ts'

/** Channels whose LISTEN is not answered yet. */
export interface Listening {
  confirmed(): void
  refused(): void
}

/** The channels that a client listens to, each asking for the next recorded notification. */
export class Subscriptions {
  readonly #host: VirtualServerHost
  readonly #target: string
  readonly #channels: Map<string, Subscription> = new Map()

  constructor(host: VirtualServerHost, target: string) {
    this.#host = host
    this.#target = target
  }

  /**
   * A LISTEN was asked for: asks for the channel's first notification, in the scope of whoever listens.
   * @returns What to call when LISTEN was answered; nothing is delivered before.
   */
  listen(channels: readonly string[]): Listening {
    const fresh = channels
      .filter((channel) => !this.#channels.has(channel))
      .map((channel) => {
        const subscription = new Subscription(this.#host, this.#target, channel)
        this.#channels.set(channel, subscription)
        subscription.ask()
        return subscription
      })
    return {
      confirmed: () => {
        for (const subscription of fresh) subscription.confirm()
      },
      refused: () => {
        for (const subscription of fresh) this.#stop(subscription)
      },
    }
  }

  unlisten(channels: readonly string[]): void {
    for (const subscription of this.#channels.values()) {
      if (channels.includes('*') || channels.includes(subscription.channel)) this.#stop(subscription)
    }
  }

  #stop(subscription: Subscription): void {
    this.#channels.delete(subscription.channel)
    subscription.abandon()
  }
}

class Subscription implements Reply {
  readonly channel: string
  readonly #host: VirtualServerHost
  readonly #target: string
  #ticket: ReturnType<VirtualServerHost['ask']> | undefined
  #confirmed = false
  #over = false

  constructor(host: VirtualServerHost, target: string, channel: string) {
    this.#host = host
    this.#target = target
    this.channel = channel
  }

  /** Asks for one notification: two connections that listen to one channel must share what was recorded fairly. */
  ask(): void {
    this.#ticket = this.#host.ask(notificationCall(this.#target, this.channel), this, { optional: true })
    if (this.#confirmed) this.#ticket.ready()
  }

  confirm(): void {
    this.#confirmed = true
    this.#ticket?.ready()
  }

  abandon(): void {
    this.#over = true
    this.#ticket?.abandon()
  }

  found(): void {}

  chunk(chunk: Chunk): void {
    if (!this.#over) this.#host.send(chunk.bytes)
  }

  ending(ending: Ending): void {
    if (!this.#over && ending.kind === 'complete') this.ask()
  }

  /** There are no more. */
  missed(): void {
    this.#over = true
  }
}
