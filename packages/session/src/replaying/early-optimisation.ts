import { changedFlags } from '@retake/core'

/** Answered calls of a process from which on it is taken for one with many: before that `node:v8` is not worth the 2 ms that it takes to load. */
const manyCalls = 5

/**
 * What makes V8 11 (Node 20) optimise sooner: bytes of bytecode executed, 67,584 by default. Read whenever V8 decides
 * (`TieringManager::InterruptBudgetFor`, src/execution/tiering-manager.cc). Later versions gain nothing by the like of it.
 */
const flag = '--interrupt-budget=8000'

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
  if (Number.parseInt(process.versions.v8) !== 11) return
  changedFlags().are = true
  process.getBuiltinModule('node:v8').setFlagsFromString(flag)
}
