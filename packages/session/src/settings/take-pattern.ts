/** What a pattern is tested against: a take's method and request target. */
interface Triggered {
  readonly method: string
  readonly target: string
}

/** `GET /orders/:id`, `* /health`: a method or `*`, then a path. */
const shape = /^(\*|[A-Za-z]+) (\/\S*|\*)$/

/** Whether it can be read as a pattern of takes. */
export function isTakePattern(pattern: string): boolean {
  const path = shape.exec(pattern)?.[2]
  return path !== undefined && !path.includes('?') && !path.includes('#')
}

/**
 * Reads a pattern of takes: `*` is any method; in the path `:name` or `*` is one segment, a last segment `**` any number of
 * them. The query is no part of it. Everything else is meant literally, regardless of case only in the method.
 */
export function takePattern(pattern: string): (trigger: Triggered) => boolean {
  const [, method = '*', path = ''] = shape.exec(pattern) ?? []
  const steps = path.split('/')
  const isOpen = steps.at(-1) === '**'
  const fixed = isOpen ? steps.slice(0, -1) : steps
  return (trigger) => {
    if (method !== '*' && method.toUpperCase() !== trigger.method.toUpperCase()) return false
    const asked = (trigger.target.split(/[?#]/, 1)[0] ?? '').split('/')
    if (isOpen ? asked.length < fixed.length : asked.length !== fixed.length) return false
    return fixed.every((step, index) => (step === '*' || step.startsWith(':') ? asked[index] !== '' : step === asked[index]))
  }
}
