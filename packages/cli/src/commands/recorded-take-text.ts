import { escaped, shortened } from '@retake/matching'
import { counted, durationText } from '@retake/report'
import type { ControlMessage } from '@retake/session'
import type { Screen } from '../terminal/screen.ts'

/** One line for a take that was just recorded: method, target, status, calls, time. */
export function recordedTakeText(take: Extract<ControlMessage, { readonly type: 'recorded' }>, { palette, width }: Screen): string {
  const colour = take.status >= 500 ? palette.red : take.status >= 400 ? palette.yellow : palette.green
  const method = escaped(take.method).padEnd(6)
  const facts = `${counted(take.calls, 'call').padStart(9)} ${durationText(take.durationMs).padStart(9)}`
  const targetWidth = Math.max(16, width - method.length - facts.length - 11)
  const target = shortened(escaped(take.target), targetWidth).padEnd(targetWidth)
  return `${palette.red('●')} ${method} ${target} ${colour(String(take.status).padStart(4))} ${palette.dim(facts)}`
}

/** Something that the app's Retake has to say, on lines of its own. */
export function noticeText(notice: Extract<ControlMessage, { readonly type: 'notice' }>, { palette }: Screen): string {
  const colour = { error: palette.red, warn: palette.yellow, info: palette.dim }[notice.level]
  return colour(`retake ${notice.level}: ${notice.text}`)
}
