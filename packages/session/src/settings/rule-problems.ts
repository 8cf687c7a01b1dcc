import { parseRulePath, type RuleStep } from '@retake/comparison'
import { RetakeError } from '@retake/core'
import type { ProtobufConfig } from '../protobuf/schema.ts'
import type { RetakeConfig } from './settings.ts'
import { isTakePattern } from './take-pattern.ts'
import type { TakeRules } from './take-rules.ts'

const roots = ['body', 'headers', 'trailers']
const howToWrite = 'write the whole way to the value, like body.posts[*].views, body["a.b"] or headers.x-build'

/** Headers that say what the answer is, or protect whoever gets it: no drift explains a difference there. */
const neverNoise = new Set(['content-type', 'content-encoding', 'location'])

/**
 * What is wrong with the rules of a configuration, a sentence each: paths that cannot be read, patterns that are no regular
 * expressions, and rules that are broader than any drift they may have been made for.
 */
export function ruleProblems(config: RetakeConfig): string[] {
  const problems = problemsOf(config, '')
  for (const [pattern, rules] of Object.entries(config.takes ?? {})) {
    const key = `takes[${JSON.stringify(pattern)}]`
    if (!isTakePattern(pattern)) {
      problems.push(
        `\`${key}\` must be named by method and path: 'GET /orders/:id', '* /health', 'GET /static/**'; the query is no part of it`,
      )
    }
    problems.push(...problemsOf(rules, `${key}.`))
  }
  return problems
}

/** Messages are named for routes, or for media types. */
export function protobufProblems({ messages = {} }: Pick<ProtobufConfig, 'messages'> = {}): string[] {
  return Object.keys(messages).flatMap((key) =>
    isTakePattern(key) || /^[\w.+-]+\/[\w.+-]+$/.test(key)
      ? []
      : [`\`protobuf.messages[${JSON.stringify(key)}]\` must be named by method and path ('POST /orders/:id'), or by a media type`],
  )
}

function problemsOf(rules: TakeRules, prefix: string): string[] {
  const problems: string[] = []
  for (const name of ['noise', 'ignore', 'unordered'] as const) {
    for (const path of rules[name] ?? []) {
      const problem = pathProblem(path, name)
      if (problem !== undefined) problems.push(`\`${prefix}${name}\`: ${JSON.stringify(path)} ${problem}`)
    }
  }
  for (const [path, pattern] of Object.entries(rules.patterns ?? {})) {
    const problem = pathProblem(path, 'patterns') ?? patternProblem(pattern)
    if (problem !== undefined) problems.push(`\`${prefix}patterns\`: ${JSON.stringify(path)} ${problem}`)
  }
  return problems
}

type Kind = 'noise' | 'ignore' | 'unordered' | 'patterns'

function pathProblem(path: string, kind: Kind): string | undefined {
  const steps = stepsOf(path)
  if (steps === undefined) return `cannot be read: ${howToWrite}`
  const [root, ...rest] = steps
  if (root === 'status') return 'is always compared: a take whose status may differ says nothing'
  if (typeof root !== 'string' || !roots.includes(root)) {
    return `names no place: a rule applies to exactly its path, which begins with ${roots.join(', ')}; ${howToWrite}`
  }
  if (rest.includes('**')) return `cannot be read: \`**\` would apply at any depth; ${howToWrite}`
  return tooBroad(root, rest, kind)
}

function tooBroad(root: string, rest: readonly RuleStep[], kind: Kind): string | undefined {
  if (kind === 'unordered') return root === 'body' ? undefined : 'is no array: only those of the body have an order'
  const last = rest.at(-1)
  if (last === undefined)
    return kind === 'patterns' ? undefined : `is too broad: it covers the whole of the ${root}; name the value that drifts`
  if (rest.length === 1 && typeof last === 'symbol') return `is too broad: it covers everything in the ${root}; name the value that drifts`
  if (kind === 'ignore' && typeof last === 'symbol') {
    return `is too broad: it covers whatever is there, whole; name the member that drifts, or use \`noise\`, which holds type and presence`
  }
  if (root === 'headers' && typeof rest[0] === 'string' && neverNoise.has(rest[0].toLowerCase()) && kind !== 'patterns') {
    return 'is too broad: that header says what the answer is; give its form with `patterns`'
  }
  return undefined
}

function stepsOf(path: string): RuleStep[] | undefined {
  try {
    return parseRulePath(path)
  } catch (error) {
    if (error instanceof RetakeError) return undefined
    throw error
  }
}

/** Texts that have nothing in common: what matches all of them matches anything. */
const unlike = ['', '0', 'x', '-1.5e3', 'two words', 'ü\n☃', '[]']

function patternProblem(pattern: string | RegExp): string | undefined {
  try {
    const expression =
      typeof pattern === 'string' ? new RegExp(pattern, 'u') : new RegExp(pattern.source, pattern.flags.replace(/[gy]/g, ''))
    return unlike.every((text) => expression.test(text))
      ? `is too broad: ${String(pattern)} matches anything; use \`noise\` if that is meant`
      : undefined
  } catch (error) {
    return `is no regular expression: ${String(pattern)} (${error instanceof Error ? error.message : String(error)})`
  }
}
