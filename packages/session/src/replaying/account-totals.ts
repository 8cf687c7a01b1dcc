import type { Take, TakeAccount } from '@retake/core'

/** What the accounts of all takes add up to. */
export class AccountTotals {
  readonly #interactions: { [protocol: string]: number } = {}
  #served = 0
  #missed = 0
  #borrowed = 0
  #repeated = 0
  #unused = 0
  #blocked = 0
  #draws = 0
  #exhausted = 0
  #diverged = 0

  add(account: TakeAccount, take: Take): void {
    for (const { call } of take.interactions) this.#interactions[call.protocol] = (this.#interactions[call.protocol] ?? 0) + 1
    this.#served += account.served + account.changed.length
    this.#missed += account.missed.length
    this.#borrowed += account.borrowed.length
    this.#repeated += account.repeated.length
    this.#unused += account.missing.length
    this.#blocked += account.blocked.length
    this.#draws += account.draws.served
    this.#exhausted += account.draws.exhausted.reduce((sum, { count }) => sum + count, 0)
    this.#diverged += account.draws.diverged.length
  }

  stats(): {
    readonly interactions: { readonly [protocol: string]: number }
    readonly served: number
    readonly missed: number
    readonly borrowed: number
    readonly repeated: number
    readonly unused: number
    readonly blocked: number
    readonly draws: number
    readonly exhausted: number
    readonly diverged: number
  } {
    return {
      interactions: { ...this.#interactions },
      served: this.#served,
      missed: this.#missed,
      borrowed: this.#borrowed,
      repeated: this.#repeated,
      unused: this.#unused,
      blocked: this.#blocked,
      draws: this.#draws,
      exhausted: this.#exhausted,
      diverged: this.#diverged,
    }
  }
}
