import { type Target, targetName } from '@retake/core'

/**
 * @param patterns `host`, `host:port`, `*:port`, `unix:/path`; `*` stands for any characters.
 * @returns Whether a target is to be left alone.
 */
export function passthroughTest(patterns: readonly string[]): (target: Target) => boolean {
  if (patterns.length === 0) return () => false
  const tests = patterns.map((pattern) => new RegExp(`^${pattern.split('*').map(escape).join('.*')}$`, 'i'))
  return (target) => {
    const name = targetName(target)
    return tests.some((test) => test.test(name) || (target.host !== undefined && test.test(target.host)))
  }
}

function escape(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
}
