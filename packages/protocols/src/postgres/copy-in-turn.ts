import type { Buffer } from 'node:buffer'
import type { Call } from '@retake/core'
import { type AnswerPlan, AskedTurn } from './asked-turn.ts'
import type { CopiedData } from './call.ts'
import { DataDigest } from './fingerprint.ts'
import { MessageReader } from './message-reader.ts'
import type { ServerLine, Turn } from './server-line.ts'

export interface CopyInOptions {
  readonly line: ServerLine
  /** CopyInResponse. */
  readonly response: Uint8Array
  /** Says what goes before it. */
  readonly acknowledge: () => void
  readonly callWith: (copy: CopiedData) => Call
  readonly plan: () => AnswerPlan
  /** A recorded server has refused such data before it had heard its end. */
  readonly refusable: boolean
  readonly started: () => void
  readonly ended: () => void
}

/** `COPY … FROM STDIN`: asks for the data, and once that has ended for the outcome, by the digest of the data. */
export class CopyInTurn implements Turn {
  readonly #options: CopyInOptions
  readonly #digest: DataDigest = new DataDigest()

  constructor(options: CopyInOptions) {
    this.#options = options
  }

  start(): void {
    const { line, response, acknowledge, started } = this.#options
    started()
    acknowledge()
    line.say(response)
    // May start within another turn's delivery as well as within the client's write.
    line.flush()
  }

  cancel(): void {
    this.#options.ended()
  }

  /** @returns Whether the message was part of the copy. */
  received(letter: string, message: Buffer): boolean {
    switch (letter) {
      case 'd':
        this.#digest.update(message.subarray(5))
        return true
      case 'c':
        this.#finish({ bytes: this.#digest.bytes, sha256: this.#digest.hex() })
        return true
      case 'f':
        this.#finish({ bytes: this.#digest.bytes, sha256: this.#digest.hex(), failed: new MessageReader(message).text() })
        return true
      case 'X':
        return false
      default:
        // Sync and Flush are ignored while data is copied in.
        return true
    }
  }

  #finish(copied: CopiedData): void {
    const { line, callWith, plan, refusable, ended } = this.#options
    ended()
    const answer = plan()
    if (!refusable) return line.replace(this, AskedTurn.ask(line, callWith(copied), answer))
    const heard: AnswerPlan = {
      begin: (interaction) => answer.begin(interaction),
      chunk: (bytes) => answer.chunk(bytes),
      complete: (interaction, turn) => answer.complete(interaction, turn),
      missed: (_error, turn) => line.replace(turn, AskedTurn.ask(line, callWith('refused'), answer)),
      cancelled: () => answer.cancelled?.(),
    }
    line.replace(this, AskedTurn.ask(line, callWith(copied), heard, { optional: true }))
  }
}
