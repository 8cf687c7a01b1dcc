import { compare, type Difference, jsonBody, type JsonValue } from '@retake/comparison'
import type { HttpRequest, HttpResponse } from '@retake/core'
import { rulesFor, type RuleSettings } from '@retake/session'

/** What came of one take in two replays of the same code; secrets masked. */
export interface TwiceReplayed {
  readonly request: Pick<HttpRequest, 'method' | 'target'>
  readonly recorded: HttpResponse | undefined
  readonly first: HttpResponse | undefined
  readonly second: HttpResponse | undefined
}

/** How the answers of one take differ between the two replays. */
export interface Drift {
  readonly method: string
  /** Without the query. */
  readonly path: string
  readonly differences: readonly Difference[]
  /** What was recorded where they differ, by path. */
  readonly recorded: ReadonlyMap<string, string | undefined>
  /** The body of the first replay, where it is JSON. */
  readonly body: JsonValue | undefined
}

/**
 * Compares the two replays of each take with the rules that there are already: what differs is noise by definition, since
 * the code is the same, and so is everything that was given to it.
 */
export function driftBetween(takes: readonly TwiceReplayed[], settings: RuleSettings): readonly Drift[] {
  return takes.flatMap(({ request, recorded, first, second }) => {
    if (first === undefined || second === undefined) return []
    const { rules } = rulesFor(settings, request)
    const { differences } = compare(first, second, { rules })
    const before = recorded === undefined ? [] : compare(recorded, first).differences
    return {
      method: request.method,
      path: request.target.split(/[?#]/, 1)[0] ?? '/',
      differences,
      recorded: new Map(before.map((difference) => [difference.path, difference.recorded])),
      body: jsonBody(first),
    }
  })
}
