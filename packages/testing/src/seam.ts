import { mainScope, scopes } from '@retake/core'
import { testHost } from './test-host.ts'

/**
 * Records and replays any function that no wire protocol covers: native drivers, files, child processes. Outside a
 * recorded or replayed scope the function is called as it is.
 *
 * Arguments and results are stored as data (structured clone: dates, maps, sets, bytes, errors keep their types;
 * functions and class instances do not). Calls are matched by name and arguments; the answer comes in its recorded turn.
 * @param name Tells this seam from others in the cassette.
 * @returns A function with the same signature.
 * @throws RetakeError when called: `RETAKE_MISS` for a call that was not recorded, `RETAKE_SEAM_UNSERIALIZABLE`.
 * @example
 * const charge = seam('stripe.charge', (cents: number) => stripe.charge(cents))
 */
export function seam<Arguments extends unknown[], Result>(
  name: string,
  fn: (...args: Arguments) => Result,
): (...args: Arguments) => Result {
  return function throughSeam(this: unknown, ...args: Arguments): Result {
    const call = (): Result => fn.apply(this, args)
    if (scopes.getStore() === undefined && mainScope.current === undefined) return call()
    return testHost().throughSeam(name, args, call) as Result
  }
}
