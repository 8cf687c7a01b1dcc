import { toJson } from '../run-json.ts'
import type { Reporter, ReporterHost } from './reporter.ts'

/** For programs: one JSON document at the end. */
export function createJsonReporter(host: ReporterHost): Reporter {
  return {
    name: 'json',
    ended(run) {
      host.write(`${JSON.stringify(toJson(run), undefined, 2)}\n`)
    },
  }
}
