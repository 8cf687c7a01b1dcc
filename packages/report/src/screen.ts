/** Colours; picocolors' `createColors` gives one. Whether there are colours is the caller's business (NO_COLOR, a pipe). */
export interface Palette {
  bold(text: string): string
  dim(text: string): string
  red(text: string): string
  green(text: string): string
  yellow(text: string): string
  cyan(text: string): string
}

/** What text is written for. */
export interface Screen {
  readonly palette: Palette
  /** Characters per line; made use of from 60 on. */
  readonly width: number
}

const same = (text: string): string => text

/** No colours. */
export const plainPalette: Palette = { bold: same, dim: same, red: same, green: same, yellow: same, cyan: same }

/** 80 columns without colours. */
export const plainScreen: Screen = { palette: plainPalette, width: 80 }
