import { flags } from '../rules/allowances.ts'
import type { SecretRule } from '../rules/redaction-rules.ts'
import type { DetectionContext, Detector } from '../span.ts'

/** More characters of a match than these are not kept to save its shape. */
const longestKept = 24

/** A shape that the user added. */
export function customPattern({ name, pattern, with: text }: Extract<SecretRule, { readonly kind: 'pattern' }>): Detector {
  const everywhere = new RegExp(pattern.source, flags(pattern, 'dg'))
  const again = new RegExp(pattern.source, flags(pattern, ''))
  return {
    name,
    hint: again,
    *find(found, context) {
      for (const match of found.matchAll(everywhere)) {
        const [start, end] = match.indices?.[1] ?? match.indices?.[0] ?? [0, 0]
        yield {
          start,
          end,
          detector: name,
          rewrite: (secret) => text ?? (match[1] === undefined ? inShape(secret, again, context) : context.placeholder(secret)),
        }
      }
    },
  }
}

/**
 * A placeholder that the pattern finds again, so that recorded and live calls are masked alike: as little of the beginning
 * stays as that takes (`ACME-` of `ACME-4711`).
 */
function inShape(secret: string, pattern: RegExp, { placeholder, isKeyed }: DetectionContext): string {
  for (let kept = 0; kept < Math.min(secret.length, longestKept); kept++) {
    const candidate = secret.slice(0, kept) + placeholder(secret.slice(kept))
    // Where placeholders are exchanged for something else, one that stays is not that of the secret.
    if (candidate === secret && !isKeyed) continue
    if (pattern.exec(candidate)?.[0] === candidate) return candidate
  }
  return placeholder(secret)
}
