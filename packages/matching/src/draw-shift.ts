/** A draw that a call carries: its stream, and its place in the stream. */
export interface CarriedDraw {
  readonly stream: string
  readonly ordinal: number
}

/** A call carries another draw of a stream than the recorded call that it is equal to otherwise. */
export interface ShiftedDraw {
  readonly stream: string
  readonly recorded: number
  readonly asked: number
}

/**
 * Which draws of a run stand for which recorded ones, where code that changed draws more or fewer than it did: those after
 * it are the same ones, some places later or earlier. So the order of draws must hold (two ids that changed places are
 * another call), one stands for one throughout the take, and the number of draws that were made before a call must differ
 * by at least as much as the places do. A draw beyond the log has no place: it stands for whichever is left over, since the
 * calls that carry the others were equal to recorded ones as they are.
 */
export class DrawShift {
  readonly #pairs: Map<string, Pair[]> = new Map()
  readonly #recordedDraws: (stream: string) => number

  /** @param recordedDraws How many draws of a stream were recorded. */
  constructor(recordedDraws: (stream: string) => number) {
    this.#recordedDraws = recordedDraws
  }

  /**
   * @param more How many more draws were made before the call than before the recorded one; negative for fewer.
   * @returns The draws that stand for others; `undefined` when the call is not the recorded one.
   */
  match(asked: readonly CarriedDraw[], recorded: readonly CarriedDraw[], more: number): readonly ShiftedDraw[] | undefined {
    if (more === 0 || asked.length !== recorded.length) return undefined
    const pairs: Pair[] = []
    for (const [at, { stream, ordinal }] of asked.entries()) {
      const of = recorded[at] as CarriedDraw
      const isBeyond = ordinal >= this.#recordedDraws(stream)
      const shift = ordinal - of.ordinal
      const isShift = more > 0 ? shift >= 0 && (isBeyond || shift <= more) : shift <= 0 && shift >= more
      if (stream !== of.stream || !isShift) return undefined
      const pair = { stream, asked: ordinal, recorded: of.ordinal, isBeyond }
      if (![...pairs, ...(this.#pairs.get(stream) ?? [])].every((other) => agree(pair, other))) return undefined
      pairs.push(pair)
    }
    return pairs.every((pair) => pair.asked === pair.recorded) ? undefined : pairs
  }

  /** The call was answered with what these stand for. */
  note(shifted: readonly ShiftedDraw[]): void {
    for (const pair of shifted) {
      const known = this.#pairs.get(pair.stream) ?? []
      if (!known.some(({ asked }) => asked === pair.asked))
        this.#pairs.set(pair.stream, [...known, { ...pair, isBeyond: pair.asked >= this.#recordedDraws(pair.stream) }])
    }
  }
}

interface Pair extends ShiftedDraw {
  /** The asked one is beyond the log. */
  readonly isBeyond: boolean
}

/** One stands for one, and the order holds. */
function agree(one: Pair, other: Pair): boolean {
  if (one.stream !== other.stream) return true
  const order = Math.sign(one.asked - other.asked)
  const recorded = Math.sign(one.recorded - other.recorded)
  return one.isBeyond === other.isBeyond ? order === recorded : recorded !== 0
}

/** What shifted, for people: `the 2nd uuid drawn, where the 1st was recorded`. */
export function shiftText(shifted: readonly ShiftedDraw[]): string {
  const [first] = shifted.filter(({ asked, recorded }) => asked !== recorded)
  if (first === undefined) return ''
  const others = shifted.length - 1
  const more = others === 0 ? '' : `, and ${others} more`
  return `carries the ${ordinalText(first.asked)} ${streamText(first.stream)} drawn, where the ${ordinalText(first.recorded)} was recorded${more}`
}

/** `1st`, `2nd`, … of an ordinal from 0. */
export function ordinalText(ordinal: number): string {
  const place = ordinal + 1
  const ends = ['th', 'st', 'nd', 'rd']
  const end = place % 100 > 10 && place % 100 < 14 ? 'th' : (ends[place % 10] ?? 'th')
  return `${place}${end}`
}

/** `bytes16` is `16 random bytes`. */
export function streamText(stream: string): string {
  const bytes = /^bytes(\d+)$/.exec(stream)
  return bytes === null ? stream : `run of ${bytes[1]} bytes`
}
