import { RetakeError } from '@retake/core'
import { parseBodyPath } from '@retake/protocols'
import { detectorNames } from '@retake/redaction'
import { z } from 'zod/mini'
import type { ProtobufConfig } from '../protobuf/schema.ts'
import { type RedactConfig, redactProblems } from './redact-settings.ts'
import { protobufProblems, ruleProblems } from './rule-problems.ts'
import type { RetakeConfig } from './settings.ts'
import { ruleNames } from './take-rules.ts'

const hook = z.optional(z.custom((value) => typeof value === 'function', 'must be a function, which only a module can export'))
const names = z.array(z.string().check(z.minLength(1)))

/** What stands for all takes at the top, and for some under `takes`. */
const takeRules = {
  noise: z.optional(names),
  ignore: z.optional(names),
  unordered: z.optional(names),
  patterns: z.optional(z.record(z.string(), z.union([z.string().check(z.minLength(1)), z.instanceof(RegExp)]))),
  additionalFields: z.optional(z.enum(['allow', 'report'])),
  floatTolerance: z.optional(z.number().check(z.gte(0), z.lte(1))),
  calls: z.optional(z.enum(['strict', 'writes', 'off'])),
  deviations: z.optional(z.enum(['strict', 'warn', 'lenient'])),
}

const anyPolicy = z.enum(['value', 'sealed', 'surrogate', 'off'])
const drawPolicy = z.optional(anyPolicy)
const onRequest = z.optional(z.enum(['value', 'off']))
const text = z.string().check(z.minLength(1))
const pattern = z.optional(z.union([text, z.instanceof(RegExp)]))
const redact = z.strictObject({
  headers: z.optional(names),
  fields: z.optional(names),
  rules: z.optional(
    z.array(
      z.strictObject({
        header: z.optional(text),
        column: z.optional(text),
        field: z.optional(text),
        path: z.optional(text),
        pattern,
        with: z.optional(z.string()),
        name: z.optional(text),
      }),
    ),
  ),
  allow: z.optional(
    z.array(z.union([text, z.strictObject({ name: z.optional(text), value: z.optional(text), pattern, path: z.optional(text) })])),
  ),
  pii: z.optional(z.union([z.boolean(), z.array(z.enum(['email', 'phone', 'iban', 'ssn']))])),
  without: z.optional(z.array(z.enum(detectorNames as readonly [string, ...string[]]))),
})
const draws = z.strictObject({
  random: drawPolicy,
  bytes: drawPolicy,
  int: drawPolicy,
  uuid: drawPolicy,
  id: drawPolicy,
  result: drawPolicy,
  key: z.optional(z.enum(['value', 'sealed', 'off'])),
  pid: onRequest,
  hostname: onRequest,
  mkdtemp: onRequest,
})

/** `*` alone would make calls with any headers, any query, the same. */
const namePatterns = z.array(
  z
    .string()
    .check(z.refine((name) => /[^*]/.test(name), 'must be a name, in which * stands for any characters; * alone would leave out all')),
)
const bodyPaths = z.array(
  z
    .string()
    .check(
      z.refine(
        (path) => parseBodyPath(path) !== undefined,
        'must be the path of a part of the body, such as meta.sentAt or items[*].nonce',
      ),
    ),
)

const schema = z.strictObject({
  ...takeRules,
  takes: z.optional(z.record(z.string(), z.strictObject(takeRules))),
  origins: z.optional(z.strictObject({ recorded: z.string().check(z.minLength(1)), replayed: z.string().check(z.minLength(1)) })),
  cassette: z.optional(z.string().check(z.minLength(1))),
  sample: z.optional(z.number().check(z.gte(0), z.lte(1))),
  log: z.optional(z.enum(['silent', 'error', 'warn', 'info', 'debug'])),
  strict: z.optional(z.boolean()),
  background: z.optional(z.boolean()),
  passthrough: z.optional(names),
  repeats: z.optional(z.enum(['error', 'last'])),
  match: z.optional(
    z.strictObject({
      headers: z.optional(z.strictObject({ ignore: z.optional(namePatterns) })),
      query: z.optional(z.strictObject({ ignore: z.optional(namePatterns) })),
      body: z.optional(z.strictObject({ ignore: z.optional(bodyPaths) })),
    }),
  ),
  timing: z.optional(z.union([z.enum(['none', 'recorded']), z.number().check(z.positive())])),
  telemetry: z.optional(z.enum(['app', 'own', 'off'])),
  memoryMiB: z.optional(z.number().check(z.gte(2), z.lte(4096))),
  startTimeoutMs: z.optional(z.number().check(z.positive())),
  redact: z.optional(redact),
  draws: z.optional(z.union([anyPolicy, draws])),
  protobuf: z.optional(
    z.strictObject({
      files: names.check(z.minLength(1)),
      messages: z.optional(
        z.record(z.string(), z.union([text, z.strictObject({ request: z.optional(text), response: z.optional(text) })])),
      ),
    }),
  ),
  beforeSave: hook,
  beforeReplay: hook,
})

/**
 * Checks a configuration that came from outside.
 * @param source What the message calls it: a file name, `environment`, `configure()`.
 * @throws RetakeError `RETAKE_CONFIG_INVALID`, which names the key, the source and the allowed values.
 */
export function validateConfig(value: unknown, source: string): RetakeConfig {
  const result = schema.safeParse(value)
  const problems = result.success
    ? [
        ...ruleProblems(result.data as RetakeConfig),
        ...protobufProblems(result.data.protobuf as ProtobufConfig | undefined),
        ...redactProblems(result.data.redact as RedactConfig),
      ]
    : result.error.issues.map(describe)
  if (result.success && problems.length === 0) return result.data as RetakeConfig
  throw new RetakeError('RETAKE_CONFIG_INVALID', `${source}: ${problems.join('; ')}`, { details: { source, problems } })
}

function describe(issue: z.core.$ZodIssue): string {
  const key = issue.path.join('.')
  switch (issue.code) {
    case 'unrecognized_keys': {
      const where = key === '' ? '' : ` in \`${key}\``
      return `unknown key ${issue.keys.map((name) => `\`${name}\``).join(', ')}${where}; allowed: ${allowedIn(issue.path).join(', ')}`
    }
    case 'invalid_value':
      return `\`${key}\` must be one of ${issue.values.map((allowed) => `'${String(allowed)}'`).join(', ')}`
    case 'invalid_type':
      return `${key === '' ? 'the configuration' : `\`${key}\``} must be ${issue.expected === 'array' ? 'a list' : `of type ${issue.expected}`}`
    case 'too_small':
      return `\`${key}\` must be ${issue.inclusive === false ? 'greater than' : 'at least'} ${String(issue.minimum)}`
    case 'too_big':
      return `\`${key}\` must be at most ${String(issue.maximum)}`
    case 'invalid_union':
      if (key === 'draws') return describeDraws(issue)
      if (key === 'redact.pii') return "`redact.pii` must be true, false, or a list of 'email', 'phone', 'iban', 'ssn'"
      if (key.startsWith('protobuf.')) return `\`${key}\` must be the name of a message, or an object with request and response`
      if (key.startsWith('redact.allow.')) return `\`${key}\` must be a name, or an object with one of name, value, pattern, path`
      return `\`${key}\` must be ${key === 'timing' ? "'none', 'recorded' or a positive number" : 'a regular expression, or its text'}`
    default:
      return `\`${key}\` ${issue.message}`
  }
}

/** One policy for all, or an object of them. */
function describeDraws(issue: z.core.$ZodIssueInvalidUnion): string {
  const inner = issue.errors.at(-1)?.[0]
  return inner === undefined || inner.path.length + (inner.code === 'unrecognized_keys' ? 1 : 0) === 0
    ? `\`draws\` must be ${anyPolicy.options.map((policy) => `'${policy}'`).join(', ')}, or an object with a policy for some of ${Object.keys(draws.shape).join(', ')}`
    : describe({ ...inner, path: [...issue.path, ...inner.path] })
}

/** The names that an object of the configuration may have. */
function allowedIn(path: readonly PropertyKey[]): readonly string[] {
  switch (path[0]) {
    case 'redact':
      if (path[1] === 'rules') return ['header', 'column', 'field', 'path', 'pattern', 'with', 'name']
      return path[1] === 'allow' ? ['name', 'value', 'pattern', 'path'] : Object.keys(redact.shape)
    case 'match':
      return path.length === 1 ? ['headers', 'query', 'body'] : ['ignore']
    case 'draws':
      return Object.keys(draws.shape)
    case 'takes':
      return ruleNames
    case 'protobuf':
      return path.length === 1 ? ['files', 'messages'] : ['request', 'response']
    case 'origins':
      return ['recorded', 'replayed']
    default:
      return Object.keys(schema.shape)
  }
}
