import colours from 'picocolors'
import type { OutputStream, Surroundings } from '../surroundings.ts'

type Palette = ReturnType<typeof colours.createColors>

/** What the commands know of the terminal that they write to. */
export interface Screen {
  readonly palette: Palette
  /** Characters per line; 80 where nobody says. */
  readonly width: number
  /** A person watches: progress may be drawn over. */
  readonly live: boolean
}

/**
 * Looks at the stream and at the environment: `NO_COLOR` (https://no-color.org) and `TERM=dumb` switch colours off,
 * `FORCE_COLOR` switches them on, otherwise terminals get them.
 */
export function screenOf(stream: OutputStream, env: Surroundings['env']): Screen {
  const forced = env['FORCE_COLOR'] !== undefined && env['FORCE_COLOR'] !== '' && env['FORCE_COLOR'] !== '0'
  const forbidden = (env['NO_COLOR'] ?? '') !== '' || env['TERM'] === 'dumb'
  const live = stream.isTTY === true && env['TERM'] !== 'dumb'
  const columns = stream.columns ?? Number.parseInt(env['COLUMNS'] ?? '', 10)
  return {
    palette: colours.createColors(!forbidden && (forced || stream.isTTY === true)),
    width: Number.isInteger(columns) && columns >= 40 ? columns : 80,
    live: live && (env['CI'] ?? '') === '',
  }
}
