import type { ReplayRun } from '../commands/replay.ts'
import type { Surroundings } from '../surroundings.ts'
import type { Interruption } from './interruption.ts'
import type { RequestsToReplay } from './replay-requests.ts'
import { replayTakes, type HttpTake, type ReplayedTake } from './replay-takes.ts'
import { ReplayedApp } from './replayed-app.ts'

/** What a replay that prints nothing needs of its command. */
export interface Stage {
  readonly surroundings: Surroundings
  readonly interruption: Interruption
}

/** What came of it. */
export interface ReplayedOnce {
  readonly takes: readonly ReplayedTake[]
  /** How many were not sent. */
  readonly notRun: number
}

/**
 * Replays takes in a fresh process and hands back what happened, without judging or printing it.
 * @throws RetakeError `RETAKE_APP_EXITED`, `RETAKE_APP_NOT_LISTENING`, unless somebody interrupted it.
 */
export async function replayOnce(
  { cassette, secrets, ids }: RequestsToReplay,
  run: ReplayRun,
  { surroundings, interruption }: Stage,
): Promise<ReplayedOnce> {
  const takes: ReplayedTake[] = []
  const app = await ReplayedApp.start(surroundings, run)
  interruption.stops(app)
  try {
    await app.listening(run.startTimeoutMs)
    const notRun = await replayTakes(app, {
      ids,
      take: (id) => secrets.open(cassette.take(id)) as HttpTake,
      concurrency: run.concurrency,
      timeoutMs: run.timeoutMs,
      interrupted: () => interruption.happened,
      onTake: (replayed) => takes.push(replayed) > 0,
    })
    return { takes, notRun: notRun.length }
  } catch (error) {
    if (!interruption.happened) throw error
    return { takes, notRun: ids.length - takes.length }
  } finally {
    await app.stop()
  }
}
