import { escaped } from '@retake/matching'
import { counted, createReporter, type LearnedRules, type Reporter, type TakeResult } from '@retake/report'
import type { TakeAccount } from '@retake/core'
import { commandText } from '../commands/command-words.ts'
import { noticeText } from '../commands/recorded-take-text.ts'
import type { ReplayOptions } from '../commands/replay.ts'
import type { Surroundings } from '../surroundings.ts'
import { Progress } from '../terminal/progress.ts'
import { screenOf, type Screen } from '../terminal/screen.ts'
import { missedOutside } from './missed-outside.ts'
import type { Notice, ReplayedAppOptions } from './replayed-app.ts'

export interface ReplayEnd {
  readonly results: readonly TakeResult[]
  /** How many takes were not sent. */
  readonly notRun: number
  readonly durationMs: number
  /** What was called outside of all takes. */
  readonly outside: readonly TakeAccount[]
  readonly interrupted: boolean
  readonly learned?: LearnedRules
}

/** What a replay prints: results to standard output, everything about the app and ourselves to standard error. */
export class ReplayOutput {
  readonly #run: ReplayOptions
  readonly #total: number
  readonly #stderr: Surroundings['stderr']
  readonly #screen: Screen
  readonly #progress: Progress
  readonly #reporter: Reporter
  readonly #known: ReadonlySet<string>
  #done = 0
  readonly #redacted: Map<string, number> = new Map()
  #takesWithRedactions = 0

  /** @param known Notices that were printed already. */
  constructor(run: ReplayOptions, total: number, known: readonly string[], surroundings: Surroundings) {
    const { stdout, stderr, env } = surroundings
    this.#run = run
    this.#total = total
    this.#stderr = stderr
    this.#known = new Set(known)
    this.#screen = screenOf(stderr, env)
    const screen = screenOf(stdout, env)
    this.#progress = new Progress(stdout, { ...screen, live: screen.live && !run.json })
    const write = (text: string): void => {
      if (run.json) stdout.write(text)
      else this.#progress.print(text)
    }
    this.#reporter = createReporter(run.json ? 'json' : 'pretty', { ...screen, verbose: run.verbose, write })
  }

  /** @param recorded Whether the command is the recorded one: nobody typed it. */
  starting(recorded: boolean): void {
    const { command: words, cassette, json, url } = this.#run
    const command = words && commandText(words)
    const doing =
      url === undefined
        ? `starting ${command}${recorded ? ' (as recorded)' : ''}`
        : `sending ${counted(this.#total, 'take')} to ${url.origin}`
    if (!json) this.#stderr.write(`retake: ${doing}\n`)
    this.#reporter.started?.({ takes: this.#total, cassette, ...(command !== undefined && { command }) })
  }

  /** Who is told what the app's Retake has to say, and with `--verbose` what the app prints. */
  get appListeners(): Pick<ReplayedAppOptions, 'onNotice' | 'onOutput'> {
    const onNotice = (notice: Notice): void => {
      // A miss stands in the account of its take, with everything around it.
      if (notice.level === 'info' || notice.code === 'RETAKE_MISS' || this.#known.has(notice.text)) return
      this.trouble(noticeText(notice, this.#screen))
    }
    return this.#run.verbose ? { onNotice, onOutput: (text) => void this.#stderr.write(text) } : { onNotice }
  }

  take(result: TakeResult): void {
    this.#progress.show(++this.#done, this.#total, `${result.method} ${result.target}`)
    this.#reporter.take?.(result)
  }

  /** A take failed whose secrets are not open: what the app got were placeholders. */
  sawRedacted(redactions: { readonly [detector: string]: number } | undefined): void {
    const found = Object.entries(redactions ?? {})
    if (found.length > 0) this.#takesWithRedactions++
    for (const [detector, count] of found) this.#redacted.set(detector, (this.#redacted.get(detector) ?? 0) + count)
  }

  /** Something about the run as a whole. */
  trouble(text: string): void {
    this.#progress.clear()
    this.#stderr.write(`${text}\n`)
  }

  end({ results, notRun, durationMs, outside, interrupted, learned }: ReplayEnd): void {
    this.#progress.clear()
    for (const text of missedOutside(outside)) this.trouble(this.#screen.palette.yellow(text))
    if (this.#takesWithRedactions > 0) this.trouble(this.#screen.palette.yellow(redactedText(this.#takesWithRedactions, this.#redacted)))
    if (interrupted) this.trouble('retake: interrupted')
    const { cassette, command, rules, order, concurrency, takes, filter, trace } = this.#run
    const isPart = takes.length > 0 || filter !== undefined || trace !== undefined
    this.#reporter.ended({
      takes: results,
      durationMs,
      cassette,
      calls: rules.calls,
      ...(command !== undefined && { command: commandText(command) }),
      notRun,
      rearranged: isPart || order.kind !== 'recorded' || concurrency > 1,
      ...(learned !== undefined && { learned }),
    })
  }
}

function redactedText(takes: number, redacted: ReadonlyMap<string, number>): string {
  const what = [...redacted].map(([detector, count]) => `${escaped(detector)} ${count}`).join(', ')
  return [
    `retake warn: ${counted(takes, 'failed take')} ${takes === 1 ? 'holds' : 'hold'} secrets that this run cannot open (${what}):`,
    '  the app got placeholders for them, which no check of a password or a signature accepts.',
    '  → Set RETAKE_KEY as it was for the recording; where it was not set, record again with it. Secrets are then sealed.',
  ].join('\n')
}
