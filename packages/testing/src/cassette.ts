import { RetakeError, scopes, type TakeAccount } from '@retake/core'
import type { OpenTest } from '@retake/session'
import type { CassetteOptions } from './options.ts'

/** A cassette in use. Closing it writes what was recorded, or checks what was replayed. */
export interface UsedCassette extends AsyncDisposable {
  readonly name: string
  /** File. */
  readonly place: string
  readonly mode: 'record' | 'replay' | 'off'
  /** Runs a function in the cassette's scope, where the scope was lost (a callback of a foreign event emitter). */
  run<T>(run: () => T): T
  /**
   * Closes the cassette; once.
   * @param how `keep: false` when the test failed: nothing is written, nothing is checked.
   * @returns What became of the recorded calls, at replay.
   * @throws RetakeError `RETAKE_CALLS_DIFFER` when calls are missing or were not recorded, `RETAKE_CASSETTE_UNWRITABLE`.
   */
  close(how?: { readonly keep: boolean }): Promise<TakeAccount | undefined>
}

/** A cassette whose test runs in this process. */
export class LiveCassette implements UsedCassette {
  readonly name: string
  readonly place: string
  readonly #test: OpenTest
  readonly #options: CassetteOptions
  #closed = false

  constructor(name: string, place: string, test: OpenTest, options: CassetteOptions) {
    this.name = name
    this.place = place
    this.#test = test
    this.#options = options
  }

  get mode(): 'record' | 'replay' {
    return this.#test.mode
  }

  run<T>(run: () => T): T {
    return scopes.run(this.#test.scope, run)
  }

  async close(how: { readonly keep: boolean } = { keep: true }): Promise<TakeAccount | undefined> {
    if (this.#closed) return undefined
    this.#closed = true
    const account = this.#test.end(how.keep)
    if (account !== undefined && how.keep) check(account, this.name, this.#options)
    return account
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }
}

/** What a cassette is in mode `off`. */
export class NoCassette implements UsedCassette {
  readonly name: string
  readonly place: string
  readonly mode = 'off'

  constructor(name: string, place: string) {
    this.name = name
    this.place = place
  }

  run<T>(run: () => T): T {
    return run()
  }

  close(): Promise<undefined> {
    return Promise.resolve(undefined)
  }

  async [Symbol.asyncDispose](): Promise<void> {}
}

function check(account: TakeAccount, name: string, { calls = 'writes', unused }: CassetteOptions): void {
  if (calls === 'off') return
  const counts = ({ effect }: { readonly effect: string }): boolean => calls === 'strict' || effect === 'write' || effect === 'transaction'
  const missing = unused === 'warn' ? [] : account.missing.filter((call) => unused === 'fail' || counts(call))
  const lines = [
    ...account.missed.map(({ label }) => `not recorded: ${label}`),
    ...missing.map(({ label }) => `recorded, but not made: ${label}`),
    ...account.changed.filter(counts).map(({ label, reason }) => `changed: ${label}${reason === undefined ? '' : ` (${reason})`}`),
  ]
  if (lines.length === 0) return
  throw new RetakeError(
    'RETAKE_CALLS_DIFFER',
    `The calls made under the cassette ${JSON.stringify(name)} are not the recorded ones:\n  ${lines.join('\n  ')}`,
    {
      details: { cassette: name, account },
    },
  )
}
