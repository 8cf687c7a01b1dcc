import type { UncontrolledUse } from './account.ts'
import type { DrawKind } from './draw.ts'

/** One draw of a kind, and several. */
const names: { readonly [kind in DrawKind]?: readonly [one: string, several: string] } = {
  date: ['reading of the clock', 'readings of the clock'],
  performance: ['reading of performance.now()', 'readings of performance.now()'],
  hrtime: ['reading of process.hrtime()', 'readings of process.hrtime()'],
  uptime: ['reading of process.uptime()', 'readings of process.uptime()'],
  temporal: ['reading of Temporal.Now', 'readings of Temporal.Now'],
  random: ['Math.random()', 'Math.random()s'],
  bytes: ['draw of random bytes', 'draws of random bytes'],
  int: ['random integer', 'random integers'],
  uuid: ['uuid', 'uuids'],
  uuid7: ['uuid v7', 'uuids v7'],
  id: ['id of a library', 'ids of libraries'],
  result: ['signature or the like', 'signatures or the like'],
  key: ['generated key', 'generated keys'],
  'http-date': ['Date header', 'Date headers'],
  'time-origin': ['reading of performance.timeOrigin', 'readings of performance.timeOrigin'],
  mkdtemp: ['temporary folder', 'temporary folders'],
}

/** So many draws of a kind, for people: `2 uuids`. */
export function drawnText(kind: string, count: number): string {
  const [one, several] = names[kind as DrawKind] ?? [kind, kind]
  return `${count} ${count === 1 ? one : several}`
}

/** Draws beyond the recorded ones, for people: `2 more uuids than recorded, after interaction 3 (GET …)`. */
export function moreDrawn({ kind, count, after }: { readonly kind: string; readonly count: number; readonly after: string }): string {
  return `${drawnText(kind, count).replace(' ', ' more ')} than recorded, after ${after}`
}

/** A source that is not played back, for people: `child process git × 2 (app.js:12)`. */
export function uncontrolledText({ source, what, count, at }: UncontrolledUse): string {
  return `${source} ${what}${count === 1 ? '' : ` × ${count}`}${at === undefined ? '' : ` (${at})`}`
}

/** The time of the take itself, which goes on by itself beyond the recorded readings: more of them change nothing. */
export function isClockKind(kind: string): boolean {
  return clockKinds.has(kind)
}

const clockKinds: ReadonlySet<string> = new Set(['date', 'performance', 'hrtime', 'uptime', 'temporal', 'http-date', 'time-origin'])

/** Whether a kind's draws are values of their own, by which calls are placed among draws: neither clocks, nor timers, nor the machine. */
export function isValueKind(kind: string): boolean {
  return valueKinds.has(kind)
}

const valueKinds: ReadonlySet<string> = new Set(['random', 'bytes', 'int', 'uuid', 'uuid7', 'id', 'result', 'key'])
