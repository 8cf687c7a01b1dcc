import fs from 'node:fs'
import path from 'node:path'
import { RetakeError } from '@retake/core'
import { escaped } from '@retake/matching'
import { counted } from '@retake/report'
import { type ControlMessage, droppedText, type SessionStats } from '@retake/session'
import { absolutePlace, appEnvironment } from '../app/app-environment.ts'
import { endText, startApp, type AppEnd } from '../app/app-process.ts'
import { openControlServer } from '../app/control-server.ts'
import { exitCodes, type ExitCode } from '../exit-code.ts'
import type { Surroundings } from '../surroundings.ts'
import { screenOf } from '../terminal/screen.ts'
import { noticeText, recordedTakeText } from './recorded-take-text.ts'

export interface RecordOptions {
  readonly command: readonly [string, ...string[]]
  readonly cassette: string
  readonly configFile: string | undefined
  readonly telemetry: 'app' | 'own' | 'off'
  readonly json: boolean
  /** End the app after that long, in ms. */
  readonly forMs: number | undefined
  /** End the app after that many takes. */
  readonly until: number | undefined
}

type RecordedTake = Extract<ControlMessage, { readonly type: 'recorded' }>

/** How long what the app said last may take to arrive, in ms. */
const quietMs = 5000

/**
 * Runs the app with recording switched on until it ends, by itself or because it was asked to.
 * What Retake has to say goes to standard error: standard output belongs to the app, or with `json` to the JSON lines.
 * @returns `passed` when the app ended cleanly or on request; `notStarted` when it failed before anything was recorded;
 *   `failed` when it failed later; `cassette` when all went well except that the cassette could not be written to the end.
 */
export async function record(options: RecordOptions, surroundings: Surroundings): Promise<ExitCode> {
  const { stdout, stderr, workingDirectory } = surroundings
  const screen = screenOf(stderr, surroundings.env)
  const say = (text: string): void => void stderr.write(`${text}\n`)
  requireWritable(absolutePlace(options.cassette, workingDirectory), options.cassette)

  const takes: RecordedTake[] = []
  const stats: SessionStats[] = []
  const heard = { processes: 0, listened: false, unwritable: false }
  let asked: NodeJS.Signals | undefined

  const control = await openControlServer((message) => {
    switch (message.type) {
      case 'hello':
        heard.processes++
        return
      case 'listening':
        heard.listened = true
        return
      case 'stats':
        stats.push(message.stats)
        return
      case 'notice':
        heard.unwritable ||= message.code === 'RETAKE_CASSETTE_UNWRITABLE'
        if (options.json) stdout.write(`${JSON.stringify(message)}\n`)
        say(noticeText(message, screen))
        return
      case 'recorded':
        takes.push(message)
        if (options.json) stdout.write(`${JSON.stringify(message)}\n`)
        else say(recordedTakeText(message, screen))
        if (options.until !== undefined && takes.length >= options.until) ask('SIGTERM')
    }
  })
  const env = appEnvironment(surroundings.env, { mode: 'record', control: control.address, ...surroundings, ...options })
  const app = startApp({ command: options.command, env, workingDirectory, output: options.json ? 'stderr' : 'inherit' })
  const ask = (signal: NodeJS.Signals): void => {
    // The first request is passed on as it is, so that the app can end in its own way; a second one means now.
    if (asked === undefined) app.signal(signal)
    else app.signalGroup('SIGKILL')
    asked ??= signal
  }
  const silence = surroundings.onSignal(ask)
  const limit = options.forMs === undefined ? undefined : setTimeout(ask, options.forMs, 'SIGTERM')

  const end = await app.ended
  clearTimeout(limit)
  // What a wrapper such as a shell did not pass on to its own.
  if (asked !== undefined) app.signalGroup(asked)
  await control.quiet(quietMs)
  await control.close()
  silence()

  const outcome = { end, asked: asked !== undefined, recorded: takes.length > 0 || stats.some((each) => callsOf(each) > 0), ...heard }
  const trouble = troubleText(options.command.join(' '), outcome)
  if (trouble !== undefined) say(screen.palette.red(trouble))
  say(summaryText(options, takes, stats, heard.processes))
  if (options.json) stdout.write(`${JSON.stringify({ type: 'summary', cassette: options.cassette, takes: takes.length, stats, end })}\n`)
  return exitCodeFor(outcome)
}

interface RecordOutcome {
  readonly end: AppEnd
  readonly asked: boolean
  readonly recorded: boolean
  readonly listened: boolean
  /** The cassette could not be written to the end. */
  readonly unwritable: boolean
}

function exitCodeFor({ end, asked, recorded, listened, unwritable }: RecordOutcome): ExitCode {
  if (end.kind === 'failure') return exitCodes.notStarted
  if (asked || (end.kind === 'exited' && end.code === 0)) return unwritable ? exitCodes.cassette : exitCodes.passed
  return recorded || listened ? exitCodes.failed : exitCodes.notStarted
}

function troubleText(command: string, { end, asked }: RecordOutcome): string | undefined {
  if (end.kind === 'failure') return `retake: \`${command}\` could not be started: ${end.error.message}`
  if (asked || (end.kind === 'exited' && end.code === 0)) return undefined
  return `retake: \`${command}\` failed by itself: ${endText(end)}`
}

function callsOf(stats: SessionStats): number {
  return Object.values(stats.interactions).reduce((sum, count) => sum + count, 0)
}

function summaryText(options: RecordOptions, takes: readonly RecordedTake[], stats: readonly SessionStats[], processes: number): string {
  const place = escaped(options.cassette)
  if (processes === 0)
    return 'retake: nothing was heard of a recording: no Node.js process of the command loaded Retake (does it clear NODE_OPTIONS?), or it ended before it could tell'
  const byProtocol = new Map<string, number>()
  for (const [protocol, count] of stats.flatMap((each) => Object.entries(each.interactions))) {
    byProtocol.set(protocol, (byProtocol.get(protocol) ?? 0) + count)
  }
  const calls = [...byProtocol.values()].reduce((sum, count) => sum + count, 0)
  const protocols = [...byProtocol].map(([protocol, count]) => `${escaped(protocol)} ${count}`).join(', ')
  const dropped = droppedText(stats)
  if (takes.length === 0 && calls === 0)
    return `retake: nothing was recorded: ${dropped === '' ? 'no request reached the app, and it called nobody' : dropped}`
  const lost = dropped === '' ? '' : `; ${dropped}`
  return `retake: recorded ${counted(takes.length, 'take')} and ${counted(calls, 'call')}${protocols === '' ? '' : ` (${protocols})`} in ${place}${lost}`
}

/** Fails before the app starts when nothing could be kept of it. */
function requireWritable(place: string, shown: string): void {
  if (place.includes('://')) return
  const directory = path.extname(place) === '.retake' ? path.dirname(place) : place
  try {
    // On a read-only file system Node's recursive mkdir says ENOENT; asking its nearest folder first says what it is.
    fs.accessSync(nearestFolder(directory), fs.constants.W_OK)
    fs.mkdirSync(directory, { recursive: true })
    fs.accessSync(directory, fs.constants.W_OK)
  } catch (cause) {
    throw new RetakeError(
      'RETAKE_CASSETTE_UNWRITABLE',
      `Nothing can be written to ${shown}: ${cause instanceof Error ? cause.message : String(cause)}.`,
      {
        cause,
        details: { place },
      },
    )
  }
}

/** The path itself where it is there, else the nearest one above it that is. */
function nearestFolder(place: string): string {
  const above = path.dirname(place)
  return fs.existsSync(place) || above === place ? place : nearestFolder(above)
}
