import { escaped } from '@retake/matching'
import { counted, durationText } from './quantities.ts'
import type { TakeResult } from './run-result.ts'
import type { Screen } from './screen.ts'

/** Columns of what stands right of the target: status, calls, duration, each with a space before. */
const rightWidth = 36

/**
 * One line for a take, as wide as the screen: mark, method, target, status, calls, duration.
 * `✓ GET    /orders/7                        200   4 calls   12 ms`
 */
export function renderTakeLine(result: TakeResult, { palette, width }: Screen): string {
  const { decision } = result
  const mark = !decision.pass ? palette.red('✗') : decision.warnings.length > 0 ? palette.yellow('!') : palette.green('✓')
  const method = escaped(result.method).padEnd(6)
  const room = Math.max(12, width - rightWidth - method.length - 3)
  const target = middleCut(escaped(result.target), room)
  const status = statusText(result)
  const changed = result.status !== result.recordedStatus
  const calls = result.account === undefined ? '' : counted(askedCalls(result), 'call')
  const shownStatus = changed ? palette.red(status.padStart(11)) : status.padStart(11)
  return `${mark} ${palette.bold(method)} ${target.padEnd(room)} ${shownStatus} ${palette.dim(calls.padStart(12))} ${durationText(result.durationMs).padStart(10)}`
}

/** `200`, `200 → 500`, `200 → none`; empty for what has no status. */
export function statusText({ status, recordedStatus }: TakeResult): string {
  if (status === recordedStatus) return status === undefined ? '' : String(status)
  return `${recordedStatus ?? 'none'} → ${status ?? 'none'}`
}

/** Calls that the take made when it ran again. */
export function askedCalls({ account }: TakeResult): number {
  if (account === undefined) return 0
  return account.served + account.missed.length + account.borrowed.length + account.repeated.length + account.changed.length
}

/** The beginning says which route, the end which one of it. */
function middleCut(text: string, longest: number): string {
  if (text.length <= longest) return text
  const end = Math.floor((longest - 1) / 3)
  return `${text.slice(0, longest - 1 - end)}…${text.slice(text.length - end)}`
}
