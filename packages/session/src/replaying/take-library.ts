import type { Cassette } from '@retake/cassette'
import type { Take } from '@retake/core'
import { RecordedCalls } from '@retake/matching'
import { callForms } from '../call-forms.ts'

/**
 * The recorded takes as the player needs them: found by id, by trigger, or by a call that somebody else may answer.
 * Nothing is read before it is asked for.
 */
export class TakeLibrary {
  readonly cassette: Cassette
  readonly #lenders: Map<string, RecordedCalls> = new Map()
  readonly #turns: Map<string, number> = new Map()

  constructor(cassette: Cassette) {
    this.cassette = cassette
  }

  take(id: string): Take | undefined {
    return this.cassette.has(id) ? this.cassette.take(id) : undefined
  }

  /**
   * The take whose trigger has this key. Equal triggers are handed out in recorded order; after the last the first comes
   * again, so that a load generator may send one request as often as it likes.
   */
  nextByTrigger(key: string): string | undefined {
    const same = this.cassette.takesByTrigger(key)
    if (same.length === 0) return undefined
    const turn = this.#turns.get(key) ?? 0
    this.#turns.set(key, turn + 1)
    return same[turn % same.length]
  }

  /** `main` of the session that recorded a take; of the last session for what belongs to none. */
  mainOf(takeId: string | undefined): Take | undefined {
    const sessions = this.cassette.sessions
    const own = takeId === undefined ? undefined : sessions.find((session) => takeId.startsWith(`${session.id}-`))
    const session = own ?? sessions.at(-1)
    return session === undefined ? undefined : this.cassette.main(session.id)
  }

  /** The first other take that has an interaction with this key. */
  elsewhere(key: string, except: string): { readonly take: string; readonly calls: RecordedCalls; readonly interaction: number } | undefined {
    const found = this.cassette.callsByKey(key).find(({ take }) => take !== except)
    if (found === undefined) return undefined
    return { take: found.take, interaction: found.interaction, calls: this.#lender(found.take) }
  }

  /** Other takes, for the explanation of a miss. */
  *others(except: string): Iterable<RecordedCalls> {
    for (const { id } of this.cassette.takes) if (id !== except) yield this.#lender(id)
  }

  #lender(id: string): RecordedCalls {
    let calls = this.#lenders.get(id)
    if (calls === undefined) {
      calls = new RecordedCalls(this.cassette.take(id), callForms)
      this.#lenders.set(id, calls)
    }
    return calls
  }
}
