import { primordials } from '@retake/core'

/**
 * A live socket that connects or reads keeps the process running. Virtual ones have nothing in the event loop, so one
 * timer stands for all of them, and is counted only while at least one of them would hold the loop.
 */
const longestDelayMs = 2 ** 31 - 1

let holders = 0
let timer: NodeJS.Timeout | undefined

export function holdLoop(): void {
  if (holders++ > 0) return
  if (timer === undefined) timer = primordials.setInterval(() => undefined, longestDelayMs)
  else timer.ref()
}

export function releaseLoop(): void {
  if (--holders === 0) timer?.unref()
}
