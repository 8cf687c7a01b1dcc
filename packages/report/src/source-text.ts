import { type TakeAccount, uncontrolledText, type UncontrolledUse } from '@retake/core'
import { escaped, shortened } from '@retake/matching'
import type { Screen } from './screen.ts'

const mostSources = 8

/** Which of them are played back where the configuration asks for it. */
function onRequest(uses: readonly UncontrolledUse[]): string[] {
  const kinds = [
    ...(uses.some(({ what }) => what.startsWith('process.pid')) ? ['pid'] : []),
    ...(uses.some(({ what }) => what.startsWith('os.hostname()')) ? ['hostname'] : []),
    ...(uses.some(({ source }) => source === 'temporary folder') ? ['mkdtemp'] : []),
  ]
  if (kinds.length === 0) return []
  const wanted = kinds.map((kind) => `${kind}: 'value'`).join(', ')
  return [`recorded and played back with \`draws: { ${wanted} }\` in the configuration`]
}

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
    ...(isSame ? [] : onRequest(uses).map((line) => palette.dim(`    ${line}`))),
  ]
}
