import type { TransactionLetter } from './backend-messages.ts'
import type { StatementText } from './sql/statement-text.ts'

/** What an answer tells about the transaction. */
export interface AnsweredStatement {
  /** Tags of the commands that were completed, in order. */
  readonly tags: readonly string[]
  readonly failed: boolean
  /** Status that the server told after it, where one was asked for right after it. */
  readonly recorded: TransactionLetter | undefined
  readonly text: StatementText
}

const transactional = /^(?:BEGIN|START TRANSACTION|COMMIT|ROLLBACK|PREPARE TRANSACTION)$/

/**
 * Whether this connection is in a transaction. It is followed here, not copied from the recording: statements are matched
 * one by one, and the one that answers may have run on another connection.
 */
export class TransactionStatus {
  #letter: TransactionLetter = 'I'
  #afterMiss = false

  get letter(): TransactionLetter {
    return this.#letter
  }

  /** The transaction failed because a call in it was not recorded. What follows in it cannot have been recorded either. */
  get afterMiss(): boolean {
    return this.#afterMiss && this.#letter === 'E'
  }

  answered({ tags, failed, recorded, text }: AnsweredStatement): void {
    const last = tags.findLast((tag) => transactional.test(tag))
    // A statement about the transaction was recorded where this one is: its own status is the truth, also for a COMMIT
    // that failed or chains on.
    if (recorded !== undefined && (last !== undefined || (failed && /^(?:commit|end|prepare transaction)\b/.test(text.lastWords)))) {
      this.#letter = recorded
    } else if (last !== undefined) this.#letter = letterAfter(last, text)
    else if (failed && this.#letter === 'T') this.#letter = 'E'
    if (this.#letter !== 'E') this.#afterMiss = false
  }

  missed(): void {
    if (this.#letter === 'I') return
    this.#letter = 'E'
    this.#afterMiss = true
  }

  /** The client ends a transaction that failed for a miss, wholly or back to a savepoint. */
  rolledBack(to: 'savepoint' | 'beginning'): void {
    this.#letter = to === 'savepoint' ? 'T' : 'I'
    this.#afterMiss = false
  }
}

function letterAfter(tag: string, { lastWords }: StatementText): TransactionLetter {
  if (tag === 'BEGIN' || tag === 'START TRANSACTION') return 'T'
  // ROLLBACK TO a savepoint has the tag of ROLLBACK; AND CHAIN begins the next transaction at once.
  if (/\band chain\b/.test(lastWords)) return 'T'
  return /^rollback (?:(?:work|transaction) )?to\b/.test(lastWords) ? 'T' : 'I'
}
