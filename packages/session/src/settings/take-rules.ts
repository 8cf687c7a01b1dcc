import type { CompareRules } from '@retake/comparison'
import type { CallPolicy, DeviationPolicy } from '@retake/core'
import { protobufBodies } from '../protobuf/protobuf.ts'
import type { ProtobufConfig } from '../protobuf/schema.ts'
import { takePattern } from './take-pattern.ts'

/** What is said about differences, for all takes or for some. A rule applies to exactly its path. */
export interface TakeRules {
  /** Paths whose value may differ; type and presence must hold. @default [] */
  readonly noise?: readonly string[]
  /** Paths that are not compared at all. @default [] */
  readonly ignore?: readonly string[]
  /** Arrays whose order does not matter; how often an item is there does. @default [] */
  readonly unordered?: readonly string[]
  /** The replayed value must match; then it may differ from the recorded one. @default {} */
  readonly patterns?: { readonly [path: string]: string | RegExp }
  /** Whether members of the body that were not recorded are a difference. @default 'report' */
  readonly additionalFields?: 'allow' | 'report'
  /** Numbers of which one is no integer may differ by this much, 0 to 1. @default 0 */
  readonly floatTolerance?: number
  /** Which deviations of the calls fail a take. @default 'writes' */
  readonly calls?: CallPolicy
  /** What is thought of other ways to the same outcome: they fail, are said, or are only in the account. @default 'warn' */
  readonly deviations?: DeviationPolicy
}

/** The names of {@link TakeRules}. */
export const ruleNames: readonly (keyof TakeRules)[] = [
  'noise',
  'ignore',
  'unordered',
  'patterns',
  'additionalFields',
  'floatTolerance',
  'calls',
  'deviations',
]

/** What a configuration says about differences; `RetakeConfig` is one. */
export interface RuleConfig extends TakeRules {
  readonly takes?: { readonly [pattern: string]: TakeRules }
  readonly origins?: CompareRules['origins'] | undefined
  readonly protobuf?: ProtobufConfig | undefined
}

/** The same with every default filled in. */
export interface RuleSettings extends Required<TakeRules> {
  readonly takes: { readonly [pattern: string]: TakeRules }
  readonly origins: CompareRules['origins'] | undefined
  readonly protobuf: ProtobufConfig | undefined
}

/** The rules of one take. */
export interface RulesOfTake {
  readonly rules: CompareRules
  readonly calls: CallPolicy
  readonly deviations: DeviationPolicy
}

const unlessGiven = { additionalFields: 'report', floatTolerance: 0, calls: 'writes', deviations: 'warn' } as const

/**
 * The rules for a take: those for all takes, and those for takes like it. Paths add up; of single values that of the last
 * pattern that fits counts.
 * @param config As it stands in `retake.config.*`; it is not checked here.
 * @example
 * const { rules } = rulesFor(config, { method: 'GET', target: '/orders/7' })
 * compare(recorded, replayed, { rules })
 */
export function rulesFor(config: RuleConfig, trigger: { readonly method: string; readonly target: string }): RulesOfTake {
  const fitting = Object.entries(config.takes ?? {}).flatMap(([pattern, rules]) => (takePattern(pattern)(trigger) ? [rules] : []))
  const all: readonly TakeRules[] = [config, ...fitting]
  const paths = (name: 'noise' | 'ignore' | 'unordered'): readonly string[] => all.flatMap((rules) => rules[name] ?? [])
  const single: Pick<RuleSettings, 'additionalFields' | 'floatTolerance' | 'calls' | 'deviations'> = Object.assign(
    {},
    unlessGiven,
    config,
    ...fitting,
  )
  const { additionalFields, floatTolerance, calls, deviations } = single
  const patterns: { [path: string]: string | RegExp } = {}
  for (const rules of all) Object.assign(patterns, rules.patterns)
  return {
    calls,
    deviations,
    rules: {
      noise: paths('noise'),
      ignore: paths('ignore'),
      unordered: paths('unordered'),
      patterns,
      additionalFields,
      ...(floatTolerance > 0 && { floatTolerance }),
      ...(config.origins !== undefined && { origins: config.origins }),
      ...(config.protobuf !== undefined && { documents: documentsOf(config.protobuf, trigger) }),
    },
  }
}

function documentsOf(
  config: ProtobufConfig,
  trigger: { readonly method: string; readonly target: string },
): NonNullable<CompareRules['documents']> {
  const bodies = protobufBodies(config)
  return (bytes, mediaType) =>
    mediaType !== undefined && bodies.isProtobuf(mediaType) ? bodies.json(bytes, mediaType, { ...trigger, side: 'response' }) : undefined
}
