import type { Cassette } from '@retake/cassette'
import { References, type Difference, type RunClocks, type Verdict } from '@retake/comparison'
import { isClockKind, moreDrawn, type Take, type TakeAccount } from '@retake/core'
import { drawnTexts } from '@retake/matching'
import type { CompareWith } from './outcome-verdict.ts'
import type { ReplayedTake } from './replay-takes.ts'

/** How far the time of a take may move when its code asks for it more often, ms. */
const toleranceMs = 1000
/** Takes whose draws are known, to tell that an id is another take's. */
const mostTakes = 5000

/** Why a value may be another one than recorded, for each kind of value. */
interface Grounds {
  readonly ids: string | undefined
  readonly times: string | undefined
}

/**
 * Decides, over a whole run, which differences of values are none. By provenance first: draws are given back, so a value that
 * differs is a difference. Only what could not be given back may differ, and then only within its kind, format and distance
 * from its clock, with ids that stand for each other one to one in all takes of the run:
 *
 * - what code drew beyond the recorded draws, or was not recorded at all (the account says so);
 * - what was made outside of all takes, by start-up or in the background.
 */
export class RunNoise {
  readonly #cassette: Cassette
  readonly #opened: (take: Take) => Take
  readonly #ids: readonly string[]
  readonly #references: References = new References()
  #outside: ReadonlySet<string> | undefined
  #owners: ReadonlyMap<string, string> | undefined

  /** @param opened A take with what was sealed in its draws. */
  constructor(cassette: Cassette, ids: readonly string[], opened: (take: Take) => Take) {
    this.#cassette = cassette
    this.#opened = opened
    this.#ids = ids
  }

  /** The verdict of one take's outcome. */
  judged({ take, account, sentAt }: ReplayedTake, compareWith: CompareWith): Verdict {
    const exact = compareWith({})
    if (exact.pass || exact.more || account === undefined) return exact
    const grounds = groundsOf(account)
    const groundFor = (difference: Difference): string | undefined => this.#groundFor(difference, grounds)
    if (!exact.differences.some((difference) => groundFor(difference) !== undefined)) return exact
    // What the take's code asked for shows the take's own time; what was made outside of it shows the time of now.
    const clocks = [take.startedAt, sentAt].map((replayedAt) => ({ recordedAt: take.startedAt, replayedAt, toleranceMs }))
    return clocks.reduce((verdict, each) => this.#without(verdict, take.id, { groundFor, clocks: each, compareWith }), exact)
  }

  /** Takes out of a verdict what is of the same kind, format, time and reference, and has a ground. */
  #without(
    verdict: Verdict,
    take: string,
    {
      groundFor,
      clocks,
      compareWith,
    }: { groundFor: (difference: Difference) => string | undefined; clocks: RunClocks; compareWith: CompareWith },
  ): Verdict {
    const references = new References()
    const typed = compareWith({ clocks, references })
    // Ids that do not hold together within the take: then none of them is excused.
    const conflicts = typed.differences.filter((difference) => difference.class === 'reference')
    if (conflicts.length > 0) return withConflicts(verdict, conflicts)
    const different = new Set(typed.differences.map(({ path }) => path))
    const differences: Difference[] = []
    const tolerated: Difference[] = [...(verdict.tolerated ?? [])]
    for (const difference of verdict.differences) {
      const follows = isMadeOfBody(difference) && tolerated.some(({ path }) => path.startsWith('body'))
      const ground = follows ? 'it is made of the body' : groundFor(difference)
      if (ground === undefined || different.has(difference.path)) {
        differences.push(difference)
        continue
      }
      const conflict = this.#conflictIn(difference, references, take)
      if (conflict === undefined) tolerated.push({ ...difference, reason: ground })
      else differences.push({ ...difference, class: 'reference', reason: `it does not stand for the same thing: ${conflict}` })
    }
    return { pass: differences.length === 0, differences, more: verdict.more, ...(tolerated.length > 0 && { tolerated }) }
  }

  /** What speaks against the ids of a value that is of the same kind otherwise. */
  #conflictIn({ recorded = '', replayed = '' }: Difference, references: References, take: string): string | undefined {
    for (const [before, now] of references.pairs()) {
      if (!bare(recorded).includes(bare(before)) || !bare(replayed).includes(bare(now))) continue
      const owner = this.#ownerOf(now)
      if (owner !== undefined && owner !== take) return `${now} was drawn by the take ${owner}`
      const conflict = this.#references.bind(before, now)
      if (conflict !== undefined) return conflict
    }
    return undefined
  }

  #groundFor(difference: Difference, grounds: Grounds): string | undefined {
    const { class: what, recorded, replayed } = difference
    if (what !== 'value' || recorded === undefined || replayed === undefined) return undefined
    const drawn = isTime(recorded) ? grounds.times : grounds.ids
    if (drawn !== undefined) return drawn
    return this.#isFromOutside(recorded) ? 'it was made outside of all takes' : undefined
  }

  #isFromOutside(recorded: string): boolean {
    this.#outside ??= new Set(
      this.#cassette.sessions.flatMap(({ header }) => {
        const main = this.#cassette.main(header.id)
        return main === undefined ? [] : [...drawnTexts(this.#opened(main).segments)]
      }),
    )
    const texts = this.#outside
    const text = recorded.replace(/^"(.*)"$/s, '$1')
    return texts.size > 0 && (texts.has(text) || text.split(/[^\w-]+/).some((word) => texts.has(word)))
  }

  /** The take that drew an id when it was recorded. */
  #ownerOf(id: string): string | undefined {
    this.#owners ??= new Map(
      this.#ids
        .slice(0, mostTakes)
        .flatMap((take) => Array.from(drawnTexts(this.#opened(this.#cassette.take(take)).segments), (text) => [bare(text), take] as const)),
    )
    return this.#owners.get(bare(id))
  }
}

/** What the account of a take says about values that could not be given back. */
function groundsOf({ draws: { exhausted, withheld = [], diverged } }: TakeAccount): Grounds {
  const beyond = exhausted.find(({ kind }) => !isClockKind(kind))
  const [anew] = withheld
  const clock = exhausted.find(({ kind }) => isClockKind(kind))
  const [order] = diverged
  return {
    ids: beyond !== undefined ? moreDrawn(beyond) : anew === undefined ? undefined : `${anew.kind} was generated anew`,
    times: clock !== undefined ? moreDrawn(clock) : order === undefined ? undefined : `another order than recorded: ${order}`,
  }
}

function withConflicts(verdict: Verdict, conflicts: readonly Difference[]): Verdict {
  const known = new Set(verdict.differences.map(({ path }) => path))
  return { ...verdict, differences: [...verdict.differences, ...conflicts.filter(({ path }) => !known.has(path))] }
}

/** An id without what only writes it: hyphens, braces, upper case. The comparison binds ids so, too. */
function bare(text: string): string {
  return text.replace(/[^0-9a-z]/gi, '').toLowerCase()
}

/** A date with a time, or seconds to nanoseconds since 1970. */
function isTime(text: string): boolean {
  return /\d{4}-\d{2}-\d{2}|\d{2}:\d{2}:\d{2}/.test(text) || /^"?\d{10}(?:\d{3}){0,3}(?:\.\d+)?"?$/.test(text)
}

function isMadeOfBody({ path }: Difference): boolean {
  return path === 'headers.etag' || path === 'headers.content-md5' || path === 'headers.digest' || path === 'headers.content-digest'
}
