/** `retake`: cassettes and seams for tests and programs. The engine is loaded when the first one is used. */
import { createRequire } from 'node:module'
import { provideTestHost } from '@retake/testing'

provideTestHost(() => (createRequire(import.meta.url)('./engine-test.cjs') as typeof import('./engine-test.ts')).testHost())

export { RetakeError, type RetakeErrorCode, type TakeAccount } from '@retake/core'
export {
  compare,
  type CompareContext,
  type CompareRules,
  type Difference,
  type HttpOutcome,
  References,
  type Verdict,
} from '@retake/comparison'
export { type CassetteMode, type CassetteOptions, seam, useCassette, type UsedCassette, withCassette } from '@retake/testing'
export {
  type HookedInteraction,
  type InteractionHook,
  type RetakeConfig,
  type ValueRewriting,
  rulesFor,
  type RulesOfTake,
} from '@retake/session'
