import { RetakeError } from '@retake/core'
import { PathRules, type Rule } from './path-rules.ts'

/** What the user says about differences; a rule applies to exactly its path, never by substring or bare name. */
export interface CompareRules {
  /** The value may differ; its type and presence must hold. */
  readonly noise?: readonly string[]
  /** Not compared at all. */
  readonly ignore?: readonly string[]
  /** Arrays that are multisets. */
  readonly unordered?: readonly string[]
  /** The replayed value must match this regular expression; then it may differ. */
  readonly patterns?: { readonly [path: string]: string | RegExp }
  /** `allow`: members of the body that were not recorded are no difference. @default 'report' */
  readonly additionalFields?: 'allow' | 'report'
  /** Numbers of which one is no integer may differ by this much. @default 0 */
  readonly floatTolerance?: number
  /** Where the app itself was reached; absolute links carry it. */
  readonly origins?: { readonly recorded: string; readonly replayed: string }
  /**
   * Reads bodies that are documents in a format that is not known here (protobuf): as JSON.
   * @returns `undefined` for what it cannot read.
   */
  readonly documents?: (bytes: Uint8Array, mediaType: string | undefined) => string | undefined
  /** What stands in the recording in place of a secret: any value that is not empty is equal to it. */
  readonly redactedPlaceholder?: string
}

/** Makes the paths quick to find. @throws RetakeError RETAKE_CONFIG_INVALID for a path or pattern that cannot be read. */
export function pathRules(rules: CompareRules): PathRules {
  const compiled = new PathRules()
  for (const kind of ['noise', 'ignore', 'unordered'] as const) for (const path of rules[kind] ?? []) compiled.add(path, { kind })
  for (const [path, pattern] of Object.entries(rules.patterns ?? {})) compiled.add(path, patternRule(path, pattern))
  return compiled
}

function patternRule(path: string, pattern: string | RegExp): Rule {
  try {
    return { kind: 'pattern', pattern: typeof pattern === 'string' ? new RegExp(pattern, 'u') : pattern }
  } catch (cause) {
    throw new RetakeError('RETAKE_CONFIG_INVALID', `The pattern for ${path} is no regular expression: ${String(pattern)}`, {
      details: { path, pattern: String(pattern) },
      cause,
    })
  }
}
