import Table from 'cli-table3'
import type { TakeSummary } from '@retake/cassette'
import { escaped, shortened } from '@retake/matching'
import { counted, durationText } from '@retake/report'
import { exitCodes, type ExitCode } from '../exit-code.ts'
import type { Surroundings } from '../surroundings.ts'
import { screenOf, type Screen } from '../terminal/screen.ts'
import { openedCassette } from './opened-cassette.ts'
import { matchesFilter } from './take-filter.ts'

export interface ListOptions {
  readonly cassette: string
  readonly filter: string | undefined
  readonly json: boolean
}

/**
 * Prints a line for each take of a cassette.
 * @throws RetakeError `RETAKE_CASSETTE_*`.
 */
export function list(options: ListOptions, surroundings: Surroundings): ExitCode {
  const { stdout } = surroundings
  const cassette = openedCassette(options.cassette, surroundings)
  const takes = [...cassette.takes].filter((take) => matchesFilter(take, options.filter))
  if (options.json) {
    stdout.write(`${JSON.stringify(takes, undefined, 2)}\n`)
    return exitCodes.passed
  }
  const screen = screenOf(stdout, surroundings.env)
  stdout.write(`${takesTable(takes, screen)}\n`)
  stdout.write(
    screen.palette.dim(`${counted(takes.filter((take) => take.kind !== 'process').length, 'take')} in ${escaped(options.cassette)}`) + '\n',
  )
  return exitCodes.passed
}

const headings = ['take', 'method', 'target', 'status', 'calls', 'recorded', 'time']
/** Columns that hold numbers. */
const right = new Set(['status', 'calls', 'time'])
const gap = 2

function takesTable(takes: readonly TakeSummary[], { palette, width }: Screen): string {
  const rows = takes.map((take) => takeRow(take, width))
  const widths = headings.map((heading, column) => Math.max(heading.length, ...rows.map((row) => row[column]?.length ?? 0)))
  const targetColumn = headings.indexOf('target')
  const others = widths.reduce((sum, each, column) => sum + gap + (column === targetColumn ? 0 : each), 0)
  const targetWidth = Math.max(16, Math.min(widths[targetColumn] ?? 0, width - others))
  const table = new Table({
    head: headings,
    colAligns: headings.map((heading) => (right.has(heading) ? 'right' : 'left')),
    style: { head: [], border: [], compact: true, 'padding-left': 0, 'padding-right': gap },
    chars: borderless,
  })
  for (const row of rows) table.push(row.map((cell, column) => (column === targetColumn ? shortened(cell, targetWidth) : cell)))
  const [head = '', ...lines] = table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
  return [palette.dim(head), ...lines].join('\n')
}

function takeRow(take: TakeSummary, width: number): string[] {
  // On a narrow terminal the day gives way to the target.
  const recorded = new Date(take.startedAt)
    .toISOString()
    .slice(width < 90 ? 11 : 0, 19)
    .replace('T', ' ')
  return [
    escaped(take.id),
    escaped(take.method ?? (take.kind === 'process' ? 'main' : take.kind)),
    escaped(take.target),
    String(take.status ?? take.outcome ?? '–'),
    String(take.calls),
    recorded,
    durationText(take.durationMs),
  ]
}

const borderless = Object.fromEntries(
  ['top', 'bottom', 'left', 'right', 'mid', 'middle']
    .flatMap((side) => [side, `${side}-mid`, `${side}-left`, `${side}-right`])
    .concat('mid-mid')
    .map((name) => [name, '']),
)
