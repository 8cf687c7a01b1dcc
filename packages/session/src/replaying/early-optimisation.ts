import { changedFlags } from '@retake/core'

/** Answered calls of a process from which on it is taken for one with many: before that `node:v8` is not worth the 2 ms that it takes to load. */
const manyCalls = 5

/**
 * What makes V8 optimise sooner, by its major version: bytes of bytecode executed (67,584 by default), invocations (3,000). Read
 * whenever V8 decides (`TieringManager::InterruptBudgetFor`, src/execution/tiering-manager.cc). Other versions are left as they are:
 * V8 complains on stderr about flags that it does not know.
 */
const flags: { readonly [v8: number]: string } = {
  11: '--interrupt-budget=8000',
  12: '--invocation-count-for-turbofan=600',
  13: '--invocation-count-for-turbofan=600',
  14: '--invocation-count-for-turbofan=600',
}

/**
 * Half of the first 5,000 calls that are played is code that is not optimised yet, and no server needs the cores on which V8
 * would compile it: docs/decisions/early-optimisation.md.
 */
export class EarlyOptimisation {
  #calls = 0

  /** A call is being answered. */
  called(): void {
    if (++this.#calls === manyCalls) optimiseEarly()
  }
}

function optimiseEarly(): void {
  const flag = flags[Number.parseInt(process.versions.v8)]
  if (flag === undefined) return
  changedFlags().are = true
  process.getBuiltinModule('node:v8').setFlagsFromString(flag)
}
