import { performance } from 'node:perf_hooks'
import { counted, type TakeResult } from '@retake/report'
import type { ReplayRun } from '../commands/replay.ts'
import { exitCodes, type ExitCode } from '../exit-code.ts'
import { Interruption } from '../replay/interruption.ts'
import { judgedTake } from '../replay/judged-take.ts'
import { ReplayOutput } from '../replay/replay-output.ts'
import type { RequestsToReplay } from '../replay/replay-requests.ts'
import { replayOnce } from '../replay/replay-once.ts'
import type { ReplayedTake } from '../replay/replay-takes.ts'
import { RunNoise } from '../replay/run-noise.ts'
import type { Surroundings } from '../surroundings.ts'
import { screenOf } from '../terminal/screen.ts'
import { writeRules } from './config-file.ts'
import { driftBetween, type TwiceReplayed } from './drift.ts'
import { commentFor, learnedText, proposalsText, ruleText } from './learn-text.ts'
import { proposeRules, type ProposedRule } from './propose-rules.ts'
import { withLearned } from './with-learned.ts'

/**
 * Replays twice in fresh processes. What differs between two replays of the same code is noise by definition: proposes the
 * narrowest rules for it, asks, writes them into the configuration, and judges the first replay by them.
 * @returns `passed` when the takes pass with the rules that were written.
 * @throws RetakeError `RETAKE_APP_EXITED`, `RETAKE_APP_NOT_LISTENING`, `RETAKE_CONFIG_INVALID`.
 */
export async function learn(requests: RequestsToReplay, run: ReplayRun, surroundings: Surroundings): Promise<ExitCode> {
  const startedAt = performance.now()
  const { stderr, workingDirectory } = surroundings
  const say = (text: string): void => void stderr.write(`${text}\n`)
  const screen = screenOf(stderr, surroundings.env)
  const interruption = new Interruption(surroundings)
  const output = new ReplayOutput(run, requests.ids.length, requests.cassette.warnings, surroundings)
  try {
    say(`retake: replaying ${counted(requests.ids.length, 'take')} twice, each time in a fresh process`)
    const first = await replayOnce(requests, run, { surroundings, interruption })
    const second = await replayOnce(requests, run, { surroundings, interruption })
    const proposals = proposeRules(driftBetween(paired(first.takes, second.takes, requests), run.rules))
    if (proposals.rules.length + proposals.unlearnable.length > 0) say(proposalsText(proposals, screen))
    if (proposals.rules.length === 0) say('retake: nothing to learn: no value differs between two replays of the same code')
    const accepted = interruption.happened ? [] : await chosen(proposals.rules, run, surroundings)
    let file: string | null = null
    if (accepted.length > 0) {
      const day = new Date().toISOString().slice(0, 10)
      const written = writeRules(run.configFile, workingDirectory, accepted, (rule) => commentFor(rule, day))
      file = written.file
      say(learnedText({ ...written, rules: accepted.length }))
    } else if (proposals.rules.length > 0) say('retake: nothing was written; --yes writes all of them without a question')
    const rules = withLearned(run.rules, accepted)
    const noise = new RunNoise(requests.cassette, requests.ids, (take) => requests.secrets.open(take))
    const results: TakeResult[] = []
    for (const replayed of first.takes) {
      const result = judgedTake(replayed, { rules, secrets: requests.secrets, noise })
      results.push(result)
      output.take(result)
    }
    output.end({
      results,
      notRun: first.notRun,
      durationMs: performance.now() - startedAt,
      outside: [],
      interrupted: interruption.happened,
      learned: { file, rules: accepted.length > 0 ? accepted : proposals.rules, unlearnable: proposals.unlearnable },
    })
    return first.notRun === 0 && results.every(({ decision }) => decision.pass) ? exitCodes.passed : exitCodes.failed
  } finally {
    interruption.over()
  }
}

/** The takes that ran both times. */
function paired(first: readonly ReplayedTake[], second: readonly ReplayedTake[], { secrets }: RequestsToReplay): readonly TwiceReplayed[] {
  const again = new Map(second.map((replayed) => [replayed.take.id, replayed]))
  return first.flatMap((replayed) => {
    const other = again.get(replayed.take.id)
    if (other === undefined) return []
    const [recorded, one, two] = [replayed.take.trigger.response, replayed.exchange.response, other.exchange.response].map(
      // Their values end up in the configuration: a secret that drifts is none that can be learned.
      (response) => response && secrets.withoutSecrets(response),
    )
    return { request: replayed.take.trigger.request, recorded, first: one, second: two }
  })
}

/** The rules that a person wants; all of them with `--yes`, none where nobody can be asked. */
async function chosen(rules: readonly ProposedRule[], run: ReplayRun, { choose }: Surroundings): Promise<readonly ProposedRule[]> {
  if (rules.length === 0 || run.learn?.yes === true) return rules
  if (choose === undefined || run.json) return []
  const picked = await choose(
    'Which rules shall be written to the configuration?',
    rules.map((rule) => `${rule.take}  ${ruleText(rule)}`),
  )
  return picked.flatMap((index) => rules[index] ?? [])
}
