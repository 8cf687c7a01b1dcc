import { type DrawKind, drawKinds, type FieldValue, RetakeError } from '@retake/core'

/** What is kept of a drawn value. */
export type DrawPolicy =
  /** The value itself. */
  | 'value'
  /** A surrogate, and the value itself encrypted with `RETAKE_KEY`. */
  | 'sealed'
  /** A surrogate of the same length and format, here and wherever the value turns up in the take. */
  | 'surrogate'
  /** Nothing: the source is left alone, at replay too. */
  | 'off'

/** Sources that can hold secrets, as the configuration names them; clocks hold none. */
export const drawSources = ['random', 'bytes', 'int', 'uuid', 'id', 'result'] as const
export type DrawSource = (typeof drawSources)[number]

/** The policy of each source, and of generated keys. */
export type DrawPolicies = { readonly [source in DrawSource | 'key']: DrawPolicy }

/** Facts of this protocol say what the policies of a session were, by source; no wire protocol has the name. */
export const drawFacts = 'draws'

/** What a person says of it. */
export type SourcePolicies = { readonly [source in DrawSource]?: DrawPolicy }

/** What decides where nobody said anything. */
export interface PolicySurroundings {
  /** `RETAKE_KEY` is set. */
  readonly hasKey: boolean
  /** The system that is recorded serves people: `NODE_ENV=production`. */
  readonly isLive: boolean
}

/** The source that a kind of draws belongs to; `undefined` for clocks, timers and other draws that hold no secret. */
export function sourceOf(kind: DrawKind): DrawSource | 'key' | undefined {
  switch (kind) {
    case 'random':
    case 'bytes':
    case 'int':
    case 'uuid':
    case 'id':
    case 'result':
    case 'key':
      return kind
    case 'uuid7':
      return 'uuid'
    default:
      return undefined
  }
}

/** Kinds that are neither recorded nor given back, by what a session says of its policies. */
export function kindsLeftAlone(policies: { readonly [source: string]: FieldValue }): ReadonlySet<DrawKind> {
  // Of generated keys the place is recorded, so they are told as withheld.
  return new Set(drawKinds.filter((kind) => kind !== 'key' && policies[sourceOf(kind) ?? ''] === 'off'))
}

/**
 * The policy of each source: what was configured, else what the surroundings ask for.
 * @param configured `all` stands for sources that are not named.
 * @throws RetakeError `RETAKE_CONFIG_INVALID` when something shall be sealed without a key.
 */
export function drawPolicies(
  configured: SourcePolicies & { readonly all?: DrawPolicy; readonly key?: DrawPolicy },
  { hasKey, isLive }: PolicySurroundings,
): DrawPolicies {
  const otherwise = configured.all ?? (hasKey ? 'sealed' : isLive ? 'surrogate' : 'value')
  const policies = {
    ...Object.fromEntries(drawSources.map((source) => [source, configured[source] ?? otherwise])),
    key: configured.key ?? 'off',
  }
  const sealed = Object.entries(policies).find(([, policy]) => policy === 'sealed')
  if (sealed !== undefined && !hasKey) {
    throw new RetakeError('RETAKE_CONFIG_INVALID', `\`draws.${sealed[0]}\` is 'sealed', and RETAKE_KEY is not set.`, {
      remedy: 'Set RETAKE_KEY, or choose another policy: surrogate stores nothing of the values, value stores them as they are.',
    })
  }
  return policies as DrawPolicies
}
