import { type Target, targetName } from '@retake/core'

/** Pipes between a tool and the processes that it starts, which are none of the app's calls. */
const tools: readonly string[] = [
  // tsx tells its command which files were loaded.
  'unix:*tsx-*.pipe',
]

/**
 * @param patterns `host`, `host:port`, `*:port`, `unix:/path`; `*` stands for any characters.
 * @returns Whether a target is to be left alone.
 */
export function passthroughTest(patterns: readonly string[]): (target: Target) => boolean {
  const tests = [...tools, ...patterns].map((pattern) => new RegExp(`^${pattern.split('*').map(escape).join('.*')}$`, 'i'))
  return (target) => {
    const name = targetName(target)
    return tests.some((test) => test.test(name) || (target.host !== undefined && test.test(target.host)))
  }
}

function escape(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
}
