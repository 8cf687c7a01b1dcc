import type { AppTimer } from '@retake/core'

/** Work that timers set off again and again, outside of every take. */
export interface BackgroundJob {
  /** By which it is found again: the function's name, or else the beginning of its source. */
  readonly name: string
  /** Of an interval: its length, in ms. */
  readonly interval: number | undefined
  /** What tells functions apart that are made anew for each firing. */
  readonly source: string
}

/** A name is for people, too. */
const nameLength = 60

/** @param ordinal Of several equal ones that a process starts with, which this is, from 1. */
export function jobOf({ callback, delay, repeats }: AppTimer, source: string, ordinal: number): BackgroundJob {
  const text = source.replaceAll(/\s+/g, ' ').trim()
  const name = callback.name || (text.length > nameLength ? `${text.slice(0, nameLength)}…` : text)
  return { name: ordinal > 1 ? `${name} (${ordinal})` : name, interval: repeats ? Math.max(1, Number(delay) || 1) : undefined, source }
}

export function sourceOf(callback: AppTimer['callback']): string {
  return `${callback.name}\n${Function.prototype.toString.call(callback)}`
}

/** `new Promise((resolve) => setTimeout(resolve, ms))`: what goes on then is whatever waits, in its own scope. */
export function isContinuation(source: string): boolean {
  return source.startsWith('\n') && source.includes('[native code]')
}
