import { renderSummary } from '../summary.ts'
import { renderTakeLine } from '../take-line.ts'
import { renderTake } from '../take-text.ts'
import type { Reporter, ReporterHost } from './reporter.ts'

/** For people at a terminal: a line per take, failures in full where they happen, a summary. */
export function createPrettyReporter(host: ReporterHost): Reporter {
  return {
    name: 'pretty',
    take(result) {
      const { decision } = result
      const usesOthers = result.account?.draws.uncontrolled?.some(({ at }) => at !== undefined) === true
      const isFull = !decision.pass || (host.verbose === true && (decision.warnings.length > 0 || usesOthers))
      host.write(isFull ? `${renderTake(result, host)}\n\n` : `${renderTakeLine(result, host)}\n`)
    },
    ended(run) {
      host.write(`\n${renderSummary(run, host)}\n`)
    },
  }
}
