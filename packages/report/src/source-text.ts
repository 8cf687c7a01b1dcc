import { type TakeAccount, uncontrolledText } from '@retake/core'
import { escaped, shortened } from '@retake/matching'
import type { Screen } from './screen.ts'

const mostSources = 8

/**
 * Where a difference may come from: sources that the take has used, and that are not played back.
 * @param isSame It came out the same nevertheless.
 */
export function renderSources({ draws }: TakeAccount, isSame: boolean, { palette, width }: Screen): string[] {
  const uses = draws.uncontrolled ?? []
  if (uses.length === 0) return []
  const left = uses.length - mostSources
  return [
    `  ${palette.bold(isSame ? 'used, and not played back' : 'a difference may come from what is not played back')}`,
    ...uses.slice(0, mostSources).map((use) => `    ${shortened(escaped(uncontrolledText(use)), width - 4)}`),
    ...(left > 0 ? [palette.dim(`    … ${left} more (--json has them)`)] : []),
  ]
}
