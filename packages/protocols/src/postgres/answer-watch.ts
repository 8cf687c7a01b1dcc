import type { Interaction } from '@retake/core'
import { backend, readTag, type TransactionLetter } from './backend-messages.ts'
import type { Message } from './codec.ts'
import { metaOf } from './descriptions.ts'
import type { StatementText } from './sql/statement-text.ts'
import type { AnsweredStatement } from './transaction-status.ts'

/** Sees the messages of an answer go by, for what they mean to the connection. */
export class AnswerWatch {
  readonly #text: StatementText
  readonly #tags: string[] = []
  failed = false

  constructor(text: StatementText) {
    this.#text = text
  }

  see(message: Message): void {
    if (message.type === backend.commandComplete) this.#tags.push(readTag(message.bytes))
    else if (message.type === backend.error) this.failed = true
  }

  /** What the whole answer was. */
  result(interaction: Interaction): AnsweredStatement {
    const status = metaOf(interaction)?.['status']
    const recorded: TransactionLetter | undefined = status === 'I' || status === 'T' || status === 'E' ? status : undefined
    return { tags: this.#tags, failed: this.failed, recorded, text: this.#text }
  }
}
