import { performance } from 'node:perf_hooks'
import type { Cassette } from '@retake/cassette'
import { References, type RunClocks, type Verdict } from '@retake/comparison'
import { RetakeError } from '@retake/core'
import type { TakeResult } from '@retake/report'
import { type CassetteSecrets, rulesFor } from '@retake/session'
import type { ReplayOptions } from '../commands/replay.ts'
import { exitCodes, type ExitCode } from '../exit-code.ts'
import type { Surroundings } from '../surroundings.ts'
import { exchange, type Listener } from './http-exchange.ts'
import { judgedByOutcome } from './judged-take.ts'
import { LiveValues } from './live-values.ts'
import { outcomeVerdict } from './outcome-verdict.ts'
import { ReplayOutput } from './replay-output.ts'
import { hangingUp, type HttpTake, type ReplayedTake } from './replay-takes.ts'
import { hostOf } from './request-bytes.ts'
import type { Selected } from './select-takes.ts'

/** What is sent. */
export interface TakesToSend {
  readonly cassette: Cassette
  readonly secrets: CassetteSecrets
  readonly selected: Selected
}

/**
 * Sends the takes, one after the other, to an app that runs already, with everything that it depends on, and compares. Nothing
 * is given back to such an app: times, ids and tokens are today's, so they are compared by kind, format, distance from their
 * run's clock, and as references over the whole run. Ids that the app made in place of recorded ones are put into the
 * requests that follow. Its calls are its own affair.
 * @throws RetakeError `RETAKE_USAGE` for a script.
 */
export async function replayLive(
  { cassette, secrets, selected }: TakesToSend,
  options: ReplayOptions & { readonly url: URL },
  surroundings: Surroundings,
): Promise<ExitCode> {
  if (selected.kind === 'script') throw new RetakeError('RETAKE_USAGE', 'A script answers nobody: there is nothing to send to `--url`.')
  const startedAt = performance.now()
  const output = new ReplayOutput(options, selected.ids.length, cassette.warnings, surroundings)
  const run = new LiveRun(options, secrets)
  let interrupted = false
  const silence = surroundings.onSignal(() => {
    interrupted = true
  })
  output.starting(false)
  const results: TakeResult[] = []
  for (const id of selected.ids) {
    if (interrupted) break
    const result = await run.send(secrets.open(cassette.take(id)) as HttpTake)
    results.push(result)
    output.take(result)
    if (!result.decision.pass && options.bail) break
  }
  silence()
  const notRun = selected.ids.length - results.length
  output.end({ results, notRun, durationMs: performance.now() - startedAt, outside: [], interrupted })
  return notRun === 0 && results.every(({ decision }) => decision.pass) ? exitCodes.passed : exitCodes.failed
}

const hostNames: ReadonlySet<string> = new Set(['host', ':authority'])

/** One run against a live app: what is known of its ids and clocks grows from take to take. */
class LiveRun {
  readonly #options: ReplayOptions & { readonly url: URL }
  readonly #secrets: CassetteSecrets
  readonly #listener: Listener
  readonly #references: References = new References()
  readonly #values: LiveValues = new LiveValues()
  readonly #earlier: Pick<RunClocks, 'recordedAt' | 'replayedAt'>[] = []

  constructor(options: ReplayOptions & { readonly url: URL }, secrets: CassetteSecrets) {
    const { url } = options
    this.#options = options
    this.#secrets = secrets
    const secure = url.protocol === 'https:'
    this.#listener = { host: url.hostname.replace(/^\[(.*)\]$/, '$1'), port: Number(url.port || (secure ? 443 : 80)), secure }
  }

  async send(take: HttpTake): Promise<TakeResult> {
    const { request, response } = take.trigger
    const sentAt = Date.now()
    const beganAt = performance.now()
    const answer = await exchange(this.#listener, this.#addressed(this.#values.inRequest(request)), {
      take: undefined,
      timeoutMs: this.#options.timeoutMs,
      ...hangingUp(response),
    })
    const replayed: ReplayedTake = {
      take,
      exchange: answer,
      account: undefined,
      sentAt,
      durationMs: performance.now() - beganAt,
      crashed: false,
    }
    const verdict = this.#verdictOf(replayed)
    if (response !== undefined && answer.response !== undefined) this.#values.learn(response, answer.response)
    this.#earlier.push({ recordedAt: take.startedAt, replayedAt: sentAt })
    return judgedByOutcome(replayed, verdict)
  }

  #verdictOf({ take, exchange: answer, sentAt }: ReplayedTake): Verdict | undefined {
    const { request, response } = take.trigger
    const { rules } = rulesFor(this.#options.rules, request)
    const host = hostOf(request)
    const origins =
      rules.origins ??
      (host === undefined
        ? undefined
        : { recorded: `${request.secure === true ? 'https' : 'http'}://${host}`, replayed: this.#options.url.origin })
    const clocks: RunClocks = { recordedAt: take.startedAt, replayedAt: sentAt, earlier: this.#earlier }
    return outcomeVerdict(response, answer, {
      secrets: this.#secrets,
      rules: { ...rules, ...(origins !== undefined && { origins }) },
      judged: (compareWith) => compareWith({ clocks, references: this.#references }),
    })
  }

  /** The request for this host: a server behind a proxy finds its site by it. */
  #addressed(request: HttpTake['trigger']['request']): HttpTake['trigger']['request'] {
    const rawHeaders = request.rawHeaders.map((text, index, all) =>
      index % 2 === 1 && hostNames.has(all[index - 1]?.toLowerCase() ?? '') ? this.#options.url.host : text,
    )
    return { ...request, rawHeaders }
  }
}
