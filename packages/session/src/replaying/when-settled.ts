import { primordials } from '@retake/core'

/** What is waited for after the response of a take. */
export interface Settling {
  /** Whether all that the recorded take asked was asked, and nothing is on its way. */
  isSettled(): boolean
  /** Whether something else may keep the take from going on, so that waiting for it says nothing. */
  mayBeHeldUp(): boolean
  /** How long calls that the recorded take made and that are still missing are waited for, in ms of a loop that is free. @default 250 */
  readonly patienceMs?: number
  done(): void
}

const betweenLooksMs = 5
/** What one look counts at most, in ms: while the loop is busy with something else, nobody can ask for anything. */
const longestTurnMs = 2 * betweenLooksMs
/** How long a take is waited for because others run, in ms counted the same way: one of them may never end. */
const heldUpMs = 2000

/** Waits for the calls that a take makes after its response, and not longer than a changed app deserves that does not make them any more. */
export function whenSettled({ isSettled, mayBeHeldUp, patienceMs = 250, done }: Settling): void {
  let patience = patienceMs
  let leniency = heldUpMs
  let lookedAt = primordials.performanceNow()
  const look = (): void => {
    const now = primordials.performanceNow()
    const turnMs = Math.min(now - lookedAt, longestTurnMs)
    lookedAt = now
    if (leniency > 0 && mayBeHeldUp()) leniency -= turnMs
    else patience -= turnMs
    if (isSettled() || patience <= 0) done()
    else primordials.setTimeout(look, betweenLooksMs)
  }
  // Not at once: what the take's code does right after its response still belongs to it.
  primordials.setImmediate(look)
}
