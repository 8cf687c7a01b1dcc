import { RetakeError } from '@retake/core'
import { createJsonReporter } from './json.ts'
import { createPrettyReporter } from './pretty.ts'
import type { CreateReporter, Reporter, ReporterHost } from './reporter.ts'

/** Every reporter by the name that `--reporter` takes. A new one is a file here and a line below. */
export const reporters: ReadonlyMap<string, CreateReporter> = new Map<string, CreateReporter>([
  ['pretty', createPrettyReporter],
  ['json', createJsonReporter],
])

/** @throws RetakeError RETAKE_USAGE when there is no reporter of this name. */
export function createReporter(name: string, host: ReporterHost): Reporter {
  const create = reporters.get(name)
  if (create !== undefined) return create(host)
  throw new RetakeError('RETAKE_USAGE', `There is no reporter called ${JSON.stringify(name)}.`, {
    details: { name },
    remedy: `Use one of ${[...reporters.keys()].join(', ')}.`,
  })
}
