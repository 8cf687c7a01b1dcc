import type { TakeAccount } from '@retake/core'
import { escaped } from '@retake/matching'

/** Warnings of calls that nothing answered outside of all takes; what a loop in the background asks again and again is told once. */
export function missedOutside(accounts: readonly Pick<TakeAccount, 'missed'>[]): string[] {
  const times = new Map<string, number>()
  for (const { label, reason = escaped(label) } of accounts.flatMap(({ missed }) => missed)) {
    times.set(reason, (times.get(reason) ?? 0) + 1)
  }
  return [...times].map(([reason, count]) => `retake warn: outside of all takes${count === 1 ? '' : `, ${count} times`}: ${reason}`)
}
