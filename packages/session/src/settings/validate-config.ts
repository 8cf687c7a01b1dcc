import { RetakeError } from '@retake/core'
import { z } from 'zod/mini'
import type { RetakeConfig } from './settings.ts'

const names = z.array(z.string().check(z.minLength(1)))

const schema = z.strictObject({
  cassette: z.optional(z.string().check(z.minLength(1))),
  sample: z.optional(z.number().check(z.gte(0), z.lte(1))),
  log: z.optional(z.enum(['silent', 'error', 'warn', 'info', 'debug'])),
  strict: z.optional(z.boolean()),
  passthrough: z.optional(names),
  calls: z.optional(z.enum(['strict', 'writes', 'off'])),
  repeats: z.optional(z.enum(['error', 'last'])),
  timing: z.optional(z.union([z.enum(['none', 'recorded']), z.number().check(z.positive())])),
  telemetry: z.optional(z.enum(['app', 'own', 'off'])),
  memoryMiB: z.optional(z.number().check(z.gte(2), z.lte(4096))),
  startTimeoutMs: z.optional(z.number().check(z.positive())),
  redact: z.optional(z.strictObject({ headers: z.optional(names), fields: z.optional(names), allow: z.optional(names) })),
})

/**
 * Checks a configuration that came from outside.
 * @param source What the message calls it: a file name, `environment`, `configure()`.
 * @throws RetakeError `RETAKE_CONFIG_INVALID`, which names the key, the source and the allowed values.
 */
export function validateConfig(value: unknown, source: string): RetakeConfig {
  const result = schema.safeParse(value)
  if (result.success) return result.data as RetakeConfig
  const problems = result.error.issues.map(describe)
  throw new RetakeError('RETAKE_CONFIG_INVALID', `${source}: ${problems.join('; ')}`, { details: { source, problems } })
}

function describe(issue: z.core.$ZodIssue): string {
  const key = issue.path.join('.')
  switch (issue.code) {
    case 'unrecognized_keys': {
      const where = key === '' ? '' : ` in \`${key}\``
      const shape = key === 'redact' ? ['headers', 'fields', 'allow'] : Object.keys(schema.shape)
      return `unknown key ${issue.keys.map((name) => `\`${name}\``).join(', ')}${where}; allowed: ${shape.join(', ')}`
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
      return `\`${key}\` must be 'none', 'recorded' or a positive number`
    default:
      return `\`${key}\`: ${issue.message}`
  }
}
