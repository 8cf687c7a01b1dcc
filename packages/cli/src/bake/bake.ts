import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { openCassette } from '@retake/cassette'
import { RetakeError } from '@retake/core'
import { escaped } from '@retake/matching'
import { counted, type TakeResult } from '@retake/report'
import { CassetteSecrets, type DerivedValue, hasSurrogates, rewriteCassette, withDerived } from '@retake/session'
import type { ReplayRun } from '../commands/replay.ts'
import { exitCodes, type ExitCode } from '../exit-code.ts'
import { Interruption } from '../replay/interruption.ts'
import { judgedTake } from '../replay/judged-take.ts'
import { ReplayOutput } from '../replay/replay-output.ts'
import type { RequestsToReplay } from '../replay/replay-requests.ts'
import { replayOnce, type Stage } from '../replay/replay-once.ts'
import type { Surroundings } from '../surroundings.ts'
import { findingsOf, type Unexplained } from './derived-pairs.ts'

/** A value that follows from another one is found a round later; code that derives deeper than this is no code. */
const mostRounds = 20

/**
 * Replays with the code that was recorded, and stores what follows from the surrogates of drawn secrets (hashes of them,
 * signatures over them) in the cassette as if it had been recorded: in outcomes, calls, answers and later requests. Each
 * round replays on a copy; the cassette itself is replaced at the end, after a round in which every take passed.
 * @returns `failed`, with nothing written, when a take differs in what no surrogate explains.
 * @throws RetakeError `RETAKE_USAGE` when the cassette has no surrogates; `RETAKE_APP_*`.
 */
export async function bake(requests: RequestsToReplay, run: ReplayRun, surroundings: Surroundings): Promise<ExitCode> {
  const { cassette, ids } = requests
  if (!hasSurrogates(cassette)) {
    throw new RetakeError('RETAKE_USAGE', `Nothing in ${run.cassette} was replaced by surrogates: there is nothing to bake.`, {
      remedy: 'Replay without --bake. What differs then is a difference.',
    })
  }
  const say = (text: string): void => void surroundings.stderr.write(`${text}\n`)
  const startedAt = performance.now()
  const interruption = new Interruption(surroundings)
  const output = new ReplayOutput(run, ids.length, cassette.warnings, surroundings)
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'retake-bake-'))
  const values: DerivedValue[] = []
  const paths = new Map<string, Set<string>>()
  try {
    for (let round = 1; ; round++) {
      const place = path.join(folder, String(round))
      rewriteCassette(cassette, { into: () => place, take: (take) => withDerived(take, values), settings: run })
      const { results, notRun } = await judgedOnce(place, requests, run, { surroundings, interruption })
      const failed = results.filter(({ decision }) => !decision.pass)
      const found = failed.map((result) => ({ result, ...findingsOf(result) }))
      const fresh = found.flatMap(({ derived }) => derived).filter(([old]) => !values.some(([known]) => known === old))
      const isOver = failed.length === 0 || fresh.length === 0 || found.some(({ unexplained }) => unexplained.length > 0)
      if (!isOver && notRun === 0 && round < mostRounds && !interruption.happened) {
        for (const pair of fresh) if (!values.some(([known]) => known === pair[0])) values.push(pair)
        for (const { result, paths: where } of found) noted(paths, result, where)
        continue
      }
      for (const result of results) output.take(result)
      output.end({ results, notRun, durationMs: performance.now() - startedAt, outside: [], interrupted: interruption.happened })
      if (failed.length > 0 || notRun > 0) {
        say(refusedText(found.flatMap(({ result, unexplained }) => unexplained.map((each) => ({ ...each, take: result.take })))))
        return exitCodes.failed
      }
      const changed = rewriteCassette(cassette, { take: (take) => withDerived(take, values), settings: run })
      say(bakedText(changed, paths, run.cassette))
      return exitCodes.passed
    }
  } finally {
    interruption.over()
    fs.rmSync(folder, { recursive: true, force: true })
  }
}

async function judgedOnce(
  place: string,
  { ids }: RequestsToReplay,
  run: ReplayRun,
  stage: Stage,
): Promise<{ readonly results: readonly TakeResult[]; readonly notRun: number }> {
  const cassette = openCassette(place)
  try {
    const secrets = new CassetteSecrets(cassette, run)
    const { takes, notRun } = await replayOnce({ cassette, secrets, ids }, { ...run, cassette: place }, stage)
    return { results: takes.map((replayed) => judgedTake(replayed, { rules: run.rules, secrets })), notRun }
  } finally {
    cassette.close()
  }
}

function noted(paths: Map<string, Set<string>>, { take, method, target }: TakeResult, found: readonly string[]): void {
  const name = `${method} ${target} (${take})`
  const known = paths.get(name) ?? new Set()
  for (const each of found) known.add(each)
  paths.set(name, known)
}

function bakedText(changed: readonly string[], paths: ReadonlyMap<string, ReadonlySet<string>>, place: string): string {
  if (changed.length === 0) return 'retake: nothing to bake: every take is replayed as it was recorded'
  const lines = [`retake: baked ${counted(changed.length, 'take')} into ${escaped(place)}: what follows from surrogates is recorded now`]
  for (const [take, where] of paths) for (const each of where) lines.push(`  ${escaped(take)}  ${escaped(each)}`)
  return lines.join('\n')
}

function refusedText(unexplained: readonly (Unexplained & { readonly take: string })[]): string {
  const lines = ['retake: nothing was baked: the replay differs from the recording in more than what follows from surrogates.']
  for (const { take, path: where } of unexplained) lines.push(`  ${escaped(take)}  ${escaped(where)}`)
  lines.push(
    '  → Bake with the code that was recorded. Where it is that code: record again with RETAKE_KEY; what was drawn is sealed then.',
  )
  return lines.join('\n')
}
