import {
  type Call,
  type FieldRedactor,
  type Interaction,
  isBookkeeping,
  RetakeError,
  type Target,
  targetName,
  type TransportError,
} from '@retake/core'
import { type Answer, type CallForms, explainMiss, findAnswer, missError } from '@retake/matching'
import type { AskOptions, Reply } from '@retake/protocols'
import type { LookupCall, LookupOutcome } from '@retake/transport'
import { maskCall } from '../call-forms.ts'
import { connectCall, lookupCall } from '../calls.ts'
import { recordedKey } from '../keys.ts'
import type { Settings } from '../settings/settings.ts'
import { Delivery, type DeliveryOrder, unordered } from './delivery.ts'
import { EarlyOptimisation } from './early-optimisation.ts'
import { lateMiss } from './late-miss.ts'
import { replaySeam } from './replay-seam.ts'
import type { ReplayedTake } from './replayed-take.ts'
import type { ConnectionPlayer } from './virtual-connection.ts'

/** What the player needs to know about the session. */
export interface PlayerSession {
  readonly settings: Settings
  /** The run that the scope belongs to. */
  runOf(take: number | undefined): ReplayedTake
  /** Tells people. */
  notice(level: 'info' | 'warn' | 'error', text: string, code?: string): void
  /** Whether it stands for jobs that were not recorded: their calls are nobody's misses. */
  isStray(run: ReplayedTake): boolean
  /** `main` of the session that recorded the run's take. */
  mainFor(run: ReplayedTake): ReplayedTake | undefined
}

/** Answers calls from the cassette. */
export class Player implements ConnectionPlayer {
  readonly #session: PlayerSession
  readonly #mask: FieldRedactor
  /** What became of calls that their protocol gave before: equal requests are often one object. */
  readonly #masked: WeakMap<Call, MaskedCall> = new WeakMap()
  readonly #optimisation = new EarlyOptimisation()

  constructor(session: PlayerSession, mask: FieldRedactor) {
    this.#session = session
    this.#mask = mask
  }

  /** The whole way of a call: whose it is, what answers it, and when that is delivered. */
  answer(asked: Call, reply: Reply, options: AskOptions, take: number | undefined): Ticket {
    this.#optimisation.called()
    const run = this.#session.runOf(take)
    const { call, key } = this.#maskedCall(asked, run)
    if (options.optional === true) return this.#answerOptional(call, key, reply, run, options.due === true)
    run.callsTo.set(call.target, (run.callsTo.get(call.target) ?? 0) + 1)
    const answer = this.#find(call, key, run)
    if (answer.how === 'missed') {
      if (run.timerWaits) {
        return lateMiss(run, {
          miss: () => {
            const error = this.#explain(call, run)
            return () => reply.missed(error)
          },
          givenUp: () => run.ledger.noteGivenUp(call),
        })
      }
      return missTicket(this.#explain(call, run), reply)
    }
    run.ledger.note(call, answer)
    const ordered = answer.take === run.take.id && answer.how !== 'repeated'
    return this.#deliver(answer.interaction, reply, run, ordered ? run : unordered)
  }

  /** The take's own interaction or nothing; nothing is no miss. */
  #answerOptional(call: Call, key: string, reply: Reply, run: ReplayedTake, due: boolean): Ticket {
    const found = run.calls.nextUnused(key)
    const isEarly = due && found !== undefined && run.calls.isAnyUnusedBefore(found)
    if (found === undefined || isEarly) return missTicket(new RetakeError('RETAKE_MISS', `Nothing was recorded for ${call.label}.`), reply)
    run.calls.use(found)
    return this.#deliver(found, reply, run, run)
  }

  #deliver(interaction: Interaction, reply: Reply, run: ReplayedTake, order: DeliveryOrder): Ticket {
    const delivery = new Delivery(interaction, reply, order, paceOf(this.#session.settings.timing), run)
    reply.found(interaction)
    return delivery
  }

  /** Whether this attempt to connect was recorded as one that failed. */
  connectFailure(
    target: Target,
    take: number | undefined,
  ): { readonly deliver: (fail: (error: TransportError) => void) => void } | undefined {
    const run = this.#session.runOf(take)
    const name = targetName(target)
    const call = connectCall(name, run.callsTo.get(name) ?? 0)
    const found = run.calls.nextUnused(recordedKey(call))
    if (found === undefined || found.outcome.kind !== 'stream' || found.outcome.ending.kind !== 'error') return undefined
    run.calls.use(found)
    run.ledger.note(call, { how: 'served', interaction: found, take: run.take.id })
    const { error } = found.outcome.ending
    return { deliver: (fail) => void run.expect(found.id, 0, () => fail(error)) }
  }

  lookup(asked: LookupCall, take: number | undefined, deliver: (outcome: LookupOutcome) => void): void {
    const run = this.#session.runOf(take)
    const call = lookupCall(asked)
    const answer = this.#find(call, recordedKey(call), run)
    if (answer.how === 'missed') {
      const error = this.#explain(call, run)
      unordered.expect(0, 0, () => deliver({ error: { code: error.code, message: error.message, syscall: asked.method } }))
      return
    }
    run.ledger.note(call, answer)
    const { outcome } = answer.interaction
    const ordered = answer.take === run.take.id && answer.how !== 'repeated'
    ;(ordered ? run : unordered).expect(answer.interaction.id, 0, () => {
      if (outcome.kind === 'value') deliver({ values: outcome.value as readonly unknown[] })
      else if (outcome.kind === 'thrown') deliver({ error: outcome.error })
    })
  }

  /**
   * Answers a call through `seam()`.
   * @throws RetakeError `RETAKE_MISS`.
   */
  seam(asked: Call, take: number | undefined): unknown {
    const run = this.#session.runOf(take)
    const { call, key } = this.#maskedCall(asked, run)
    const answer = this.#find(call, key, run)
    if (answer.how === 'missed') throw this.#explain(call, run)
    run.ledger.note(call, answer)
    const ordered = answer.take === run.take.id && answer.how !== 'repeated'
    return replaySeam(answer.interaction, ordered ? run : unordered, run.wasDelivered(answer.interaction.id))
  }

  #maskedCall(asked: Call, { calls }: ReplayedTake): MaskedCall {
    let masked = this.#masked.get(asked)
    if (masked?.forms !== calls.forms) {
      const call = masked?.call ?? maskCall(asked, this.#mask)
      masked = { call, forms: calls.forms, key: recordedKey(call, calls.forms) }
      this.#masked.set(asked, masked)
    }
    return masked
  }

  #find(call: Call, key: string, run: ReplayedTake): Answer {
    const main = this.#session.mainFor(run)
    const answer = findAnswer(
      call,
      key,
      {
        own: run.calls,
        ...(main === undefined ? {} : { main: main.calls }),
        elsewhere: (wanted) => run.library.elsewhere(wanted, run.take.id),
        liveDraws: () => run.playback.drawn,
      },
      { repeats: this.#session.settings.repeats, strict: this.#session.settings.strict },
    )
    const exact = answer.how === 'served' || answer.how === 'missed' || isBookkeeping(call)
    return exact || !this.#session.settings.strict ? answer : { how: 'missed' }
  }

  #explain(call: Call, run: ReplayedTake): RetakeError {
    const { settings } = this.#session
    if (this.#session.isStray(run)) {
      const stray = `${call.label} was called by work in the background that was not recorded. Nothing answers it.`
      this.#session.notice('info', stray)
      return new RetakeError('RETAKE_MISS', stray)
    }
    const main = this.#session.mainFor(run)
    const explanation = explainMiss(
      call,
      { own: run.calls, ...(main === undefined ? {} : { main: main.calls }), others: run.library.others(run.take.id) },
      {
        mode: 'replay',
        cassette: run.library.place,
        ...triggerLine(run),
        policy: { repeats: settings.repeats, strict: settings.strict },
        recordCommand: 'retake record -- <command>',
      },
    )
    run.ledger.note(call, { how: 'missed' }, explanation)
    const error = missError(explanation)
    this.#session.notice('warn', error.message, error.code)
    return error
  }
}

/** A call as it is compared, and its key in the forms of a take. */
interface MaskedCall {
  readonly call: Call
  readonly forms: CallForms
  readonly key: string
}

/** How a virtual server tells that the connection has come to a reply, or that nobody waits for it. */
export interface Ticket {
  ready(): void
  abandon(): void
}

function missTicket(error: RetakeError, reply: Reply): Ticket {
  let withdraw: (() => void) | undefined
  return {
    ready: () => {
      withdraw = unordered.expect(0, 0, () => reply.missed(error))
    },
    abandon: () => withdraw?.(),
  }
}

function triggerLine(run: ReplayedTake): { readonly trigger?: string } {
  const { trigger } = run.take
  return trigger.kind === 'http' ? { trigger: `${trigger.request.method} ${trigger.request.target}` } : {}
}

function paceOf(timing: Settings['timing']): number {
  return timing === 'none' ? 0 : timing === 'recorded' ? 1 : timing
}
