import type { Difference } from '@retake/comparison'
import { escaped, shortened, textNeighbourhood } from '@retake/matching'
import { structuredPatch } from 'diff'
import { layOutJson } from './json-layout.ts'
import type { Screen } from './screen.ts'

/** More lines of one difference than this are left out. */
const mostLines = 16
/** Work that the differ may do before we show beginnings only; texts in differences are at most 16 K long. */
const mostEdits = 1500

/**
 * A difference as a person reads it: path and reason, then `-` recorded and `+` replayed. Short values stand on a line
 * each, JSON is laid out and compared line by line, long lines are cut to where they differ.
 * @returns Lines, indented by two; everything that was recorded is escaped.
 */
export function renderDifference(difference: Difference, { palette, width }: Screen): string[] {
  const path = shortened(escaped(difference.path), width)
  const reason = `${difference.class}: ${shortened(escaped(difference.reason), 300)}`
  const head =
    path.length + reason.length + 5 <= width
      ? [`  ${palette.bold(path)}  ${palette.dim(reason)}`]
      : [`  ${palette.bold(path)}`, `    ${palette.dim(reason)}`]
  const source =
    difference.source === undefined ? [] : [`    ${palette.dim(shortened(`recorded value from ${escaped(difference.source)}`, width - 4))}`]
  return [...head, ...valueLines(difference, { palette, width: width - 6 }).map((line) => `    ${line}`), ...source]
}

/** `-` recorded and `+` replayed, cut to where they differ; everything that was recorded is escaped. */
export function valueLines(sides: Sides, { palette, width }: Screen): string[] {
  return plainLines(sides, width).map((line) => coloured(line, palette))
}

/** Two values as text; left out where there is none. */
interface Sides {
  readonly recorded?: string | undefined
  readonly replayed?: string | undefined
}

function plainLines({ recorded, replayed }: Sides, width: number): string[] {
  if (recorded === undefined && replayed === undefined) return []
  if (recorded === undefined) return oneSide('+', replayed ?? '', width)
  if (replayed === undefined) return oneSide('-', recorded, width)
  const before = laidOut(recorded, width)
  const now = laidOut(replayed, width)
  if (before.includes('\n') || now.includes('\n')) {
    const lines = patchLines(before, now)
    if (lines !== undefined) return bounded(lines.map((line) => shortened(escaped(line), width)))
  }
  const shown = textNeighbourhood(recorded, replayed, width - 2)
  return [`- ${shown.recorded}`, `+ ${shown.asked}`].map((line) => shortened(line, width))
}

function oneSide(sign: string, value: string, width: number): string[] {
  const lines = laidOut(value, width).split('\n')
  return bounded(lines.map((line) => shortened(`${sign} ${escaped(line)}`, width)))
}

/** JSON that is too long for a line gets a line per member; anything else stays as it is. */
function laidOut(value: string, width: number): string {
  if (value.length <= width - 2 && !value.includes('\n')) return value
  if (!/^\s*[[{]/.test(value)) return value
  return layOutJson(value) ?? value
}

/** The lines that differ, with two lines around them; `undefined` when finding them costs too much. */
function patchLines(before: string, now: string): string[] | undefined {
  const patch = structuredPatch('', '', before, now, '', '', { context: 2, maxEditLength: mostEdits })
  if (patch === undefined || patch.hunks.length === 0) return undefined
  return patch.hunks.flatMap(({ lines }, index) => [
    ...(index === 0 ? [] : ['  …']),
    // "\ No newline at end of file" says nothing about values.
    ...lines.filter((line) => !line.startsWith('\\')).map((line) => `${line.slice(0, 1)} ${line.slice(1)}`),
  ])
}

function bounded(lines: string[]): string[] {
  if (lines.length <= mostLines) return lines
  return [...lines.slice(0, mostLines), `… ${lines.length - mostLines} more lines`]
}

function coloured(line: string, palette: Screen['palette']): string {
  if (line.startsWith('-')) return palette.red(line)
  return line.startsWith('+') ? palette.green(line) : palette.dim(line)
}
