import { performance } from 'node:perf_hooks'
import type { HttpRequest, HttpResponse, Take, TakeAccount } from '@retake/core'
import { exchange, type Exchange, type ExchangeOptions } from './http-exchange.ts'
import type { ReplayedApp } from './replayed-app.ts'

/** A take that began with a request. */
export interface HttpTake extends Take {
  readonly trigger: { readonly kind: 'http'; readonly request: HttpRequest; readonly response: HttpResponse | undefined }
}

/** What happened when a take was sent to the app again. */
export interface ReplayedTake {
  readonly take: HttpTake
  readonly exchange: Exchange
  /** `undefined` when the app did not tell, or was gone. */
  readonly account: TakeAccount | undefined
  /** ms since the epoch. */
  readonly sentAt: number
  readonly durationMs: number
  /** The app ended while this take ran. */
  readonly crashed: boolean
}

export interface ReplayOrder {
  readonly ids: readonly string[]
  readonly take: (id: string) => HttpTake
  readonly concurrency: number
  /** How long an answer, and then the account, may take, in ms. */
  readonly timeoutMs: number
  /**
   * Told of each take as it ends.
   * @returns `false` to send no more.
   */
  readonly onTake: (replayed: ReplayedTake) => boolean
  /** Asked before each take. */
  readonly interrupted: () => boolean
}

/**
 * Sends takes to the app, `concurrency` at once, until all were sent, somebody said stop, or the app is gone.
 * @returns Ids of the takes that were not sent.
 */
export async function replayTakes(app: ReplayedApp, order: ReplayOrder): Promise<readonly string[]> {
  const queue = [...order.ids]
  let stopped = false
  const send = async (): Promise<void> => {
    while (!stopped && app.end === undefined && !order.interrupted()) {
      const id = queue.shift()
      if (id === undefined) return
      const replayed = await replayTake(app, order.take(id), order.timeoutMs)
      if (!order.onTake(replayed)) stopped = true
    }
  }
  await Promise.all(Array.from({ length: Math.min(order.concurrency, queue.length) }, send))
  return queue
}

/** How long the account of a take without an answer is waited for, in ms. */
const unansweredMs = 5000

/** How long a process may take to end after its connections broke, in ms. */
const crashGraceMs = 500

async function replayTake(app: ReplayedApp, take: HttpTake, timeoutMs: number): Promise<ReplayedTake> {
  const { request, response } = take.trigger
  const listener = await app.listenerFor(request)
  const sentAt = Date.now()
  const startedAt = performance.now()
  const answer: Exchange =
    listener === undefined
      ? { response: undefined, failure: 'the app does not listen' }
      : await exchange(listener, request, {
          take: take.id,
          timeoutMs,
          ...hangingUp(response),
        })
  const durationMs = performance.now() - startedAt
  // Who got no answer has waited already, or has reached nobody who could account for it.
  const account = await app.account(take.id, answer.response === undefined ? Math.min(timeoutMs, unansweredMs) : timeoutMs)
  // The connection of an app that crashes breaks before its process is gone.
  if (answer.response === undefined || answer.response.aborted === true) await app.endedWithin(crashGraceMs)
  return {
    take,
    exchange: asTold(answer, response, account),
    account,
    sentAt,
    durationMs,
    crashed: app.end !== undefined && (answer.response === undefined || account === undefined),
  }
}

/** A client that was gone before the answer was complete hangs up in the same place again. */
export function hangingUp(recorded: HttpResponse | undefined): Pick<ExchangeOptions, 'hangUpAfter'> {
  return recorded?.aborted === true && recorded.reset?.by !== 'server' ? { hangUpAfter: recorded.body.length } : {}
}

/**
 * An answer with what its app says of its end, as the recording has it from the app: how much of an answer that is reset still
 * reaches the client is a matter of moments.
 */
function asTold(answer: Exchange, recorded: HttpResponse | undefined, account: TakeAccount | undefined): Exchange {
  const { response } = answer
  if (response === undefined || account?.reset?.by !== 'server') return answer
  const { body } = response
  const isBeginning = recorded?.reset?.by === 'server' && Buffer.from(recorded.body.subarray(0, body.length)).equals(body)
  return { response: { ...response, aborted: true, reset: account.reset, ...(isBeginning && { body: recorded.body }) } }
}
