import type { SessionStats } from './control-message.ts'

/** Which takes were not kept, and why: `2 takes dropped: 1 for lack of memory (raise \`memoryMiB\`), 1 …`; empty where there are none. */
export function droppedText(stats: readonly Pick<SessionStats, 'dropped' | 'droppedForMemory' | 'unanswered' | 'afterFailure'>[]): string {
  const sum = { dropped: 0, droppedForMemory: 0, unanswered: 0, afterFailure: 0 }
  for (const each of stats) for (const name of Object.keys(sum) as (keyof typeof sum)[]) sum[name] += each[name]
  if (sum.dropped === 0) return ''
  const reasons = [
    [sum.unanswered, 'had no answer yet when the process ended'],
    [sum.droppedForMemory, 'for lack of memory (raise `memoryMiB`)'],
    [sum.afterFailure, 'came after the recorder had stopped'],
  ] as const
  const why = reasons.filter(([count]) => count > 0).map(([count, reason]) => `${count} ${reason}`)
  return `${sum.dropped} ${sum.dropped === 1 ? 'take' : 'takes'} dropped${why.length === 0 ? '' : `: ${why.join(', ')}`}`
}
