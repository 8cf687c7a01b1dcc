import type { Buffer } from 'node:buffer'
import type { Call, Interaction, RetakeError } from '@retake/core'
import type { AskOptions } from '../protocol.ts'
import { AnswerWatch } from './answer-watch.ts'
import { type AnswerPlan, AskedTurn } from './asked-turn.ts'
import { commandComplete, readyForQuery } from './backend-messages.ts'
import { visitWhole } from './codec.ts'
import { Descriptions } from './descriptions.ts'
import { abortedMessage, missMessage } from './server-errors.ts'
import { type ServerLine, SpokenTurn, type Turn } from './server-line.ts'
import type { StatementText } from './sql/statement-text.ts'
import { type Listening, Subscriptions } from './subscriptions.ts'
import { TransactionStatus } from './transaction-status.ts'

/** What all statements of one served connection share: the line, the transaction, the channels. */
export class ServedConnection {
  readonly line: ServerLine
  /** Name of the target. */
  readonly target: string
  readonly status: TransactionStatus = new TransactionStatus()
  readonly descriptions: Descriptions
  readonly subscriptions: Subscriptions
  /** After an error in extended mode: nothing is heard up to Sync. */
  skipping = false

  constructor(line: ServerLine, target: string) {
    this.line = line
    this.target = target
    this.descriptions = new Descriptions(line.host)
    this.subscriptions = new Subscriptions(line.host, target)
  }

  /** Says the transaction status that holds when its turn comes. */
  sayReady(): void {
    this.line.say(readyForQuery(this.status.letter))
  }

  /** Asks at once; the answer is given in its turn. */
  ask(call: Call, plan: AnswerPlan, options?: AskOptions): void {
    this.line.add(this.asked(call, plan, options))
  }

  asked(call: Call, plan: AnswerPlan, options?: AskOptions): Turn {
    return AskedTurn.ask(this.line, call, plan, options)
  }

  /** Says something in its turn. */
  speak(speak: () => void): void {
    this.line.add(new SpokenTurn(this.line, speak))
  }

  /** Begins to listen where the text says so; whether it was allowed to the answer tells. */
  listen(text: StatementText): Listening {
    return this.subscriptions.listen(text.listens)
  }

  /** A statement was answered: what that means to the transaction and to the channels. */
  answered(watch: AnswerWatch, interaction: Interaction, listening: Listening): void {
    const result = watch.result(interaction)
    this.status.answered(result)
    if (result.failed) return listening.refused()
    this.subscriptions.unlisten(result.text.unlistens)
    listening.confirmed()
  }

  /** "In extended-query mode the server reads and discards messages until Sync." */
  failRound(): void {
    if (!this.line.cancelRound()) this.skipping = true
  }

  /**
   * What follows a miss in a transaction was not recorded like that; the server answers as PostgreSQL does in a failed
   * transaction, so that one miss stays one miss.
   */
  afterMiss({ lastWords }: StatementText): Buffer {
    if (!/^(?:rollback|abort|commit|end)\b/.test(lastWords)) return abortedMessage()
    this.status.rolledBack(/^rollback (?:(?:work|transaction) )?to\b/.test(lastWords) ? 'savepoint' : 'beginning')
    return commandComplete('ROLLBACK')
  }

  /** The answer to a Query or a FunctionCall: as recorded, and ready for the next one. */
  queryPlan(text: StatementText): AnswerPlan {
    const watch = new AnswerWatch(text)
    const listening = this.listen(text)
    return {
      begin: () => undefined,
      chunk: (bytes) => {
        visitWhole(bytes, (message) => watch.see(message))
        this.line.say(bytes)
      },
      complete: (interaction, turn) => {
        this.answered(watch, interaction, listening)
        this.sayReady()
        this.line.done(turn)
      },
      missed: (error, turn) => {
        listening.refused()
        this.sayMissed(error)
        this.sayReady()
        this.line.done(turn)
      },
      cancelled: () => listening.refused(),
    }
  }

  sayMissed(error: RetakeError): void {
    this.status.missed()
    this.line.say(missMessage(error))
  }
}
