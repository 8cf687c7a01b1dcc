import fs from 'node:fs'
import { Command as Program, Option } from 'commander'
import { RetakeError } from '@retake/core'
import { requireStrongKey } from '@retake/session'
import type { Command } from './commands/command-words.ts'
import { list } from './commands/list.ts'
import { parseCount, parseDuration, parseOrigin } from './commands/option-values.ts'
import { record } from './commands/record.ts'
import { replay } from './commands/replay.ts'
import { commandSettings } from './commands/command-settings.ts'
import { scrub } from './commands/scrub.ts'
import { show } from './commands/show.ts'
import { verify } from './commands/verify.ts'
import type { ExitCode } from './exit-code.ts'
import { parseTakeOrder } from './replay/take-order.ts'
import type { Surroundings } from './surroundings.ts'

const exitCodeHelp = `
Exit codes:
  0  all pass
  1  some take failed, or the app crashed on the way
  2  wrong command line or configuration, or no such take
  3  the app did not start
  4  the cassette cannot be read or written`

interface PlaceOptions {
  readonly cassette?: string
  readonly config?: string
  readonly json?: boolean
}

/**
 * The command line as commander understands it.
 * @param command What stood after `--`.
 * @param finish Told the exit code of the command that ran.
 */
export function createProgram(surroundings: Surroundings, command: Command | undefined, finish: (exitCode: ExitCode) => void): Program {
  const { stdout, stderr } = surroundings
  const program = new Program('retake')
    .description('Records what a Node.js service says to the outside world, and plays it back exactly.')
    .version(packageVersion(surroundings.preload))
    .exitOverride()
    .allowExcessArguments(false)
    .showHelpAfterError('(--help tells more)')
    .configureOutput({
      writeOut: (text) => stdout.write(text),
      writeErr: (text) => stderr.write(text),
      getOutHelpWidth: () => stdout.columns ?? 80,
      getErrHelpWidth: () => stderr.columns ?? 80,
    })
    .addHelpText(
      'after',
      `
Examples:
  $ retake record -- node app.js     use the app as ever; each request becomes a take
  $ retake replay                    send them again, with no database and no network
${exitCodeHelp}`,
    )

  withPlace(program.command('record'))
    .summary('run a command and record it')
    .description('Runs a command and records each request that it answers, with everything that it asks of others meanwhile.')
    .usage('[options] -- <command>')
    .option('--for <duration>', 'end the app after that long (500ms, 60s, 5m)', parseDuration('--for'))
    .option('--until <count>', 'end the app after that many takes', parseCount('--until'))
    .argument('[words...]', 'none: the command stands after --')
    .addHelpText(
      'after',
      `
Examples:
  $ retake record -- node app.js
  $ retake record --until 100 --cassette cassettes/checkout -- npm start
  $ retake record -- node scripts/nightly-report.js
${exitCodeHelp}`,
    )
    .action(async (words: string[], options: PlaceOptions & { readonly for?: number; readonly until?: number }) => {
      const settings = commandSettings(surroundings, options)
      if (words.length > 0 || command === undefined) throw misplaced('record', words)
      requireStrongKey(settings.key)
      const { cassette, configFile, telemetry } = settings
      finish(
        await record(
          { command, cassette, configFile, telemetry, json: options.json === true, forMs: options.for, until: options.until },
          surroundings,
        ),
      )
    })

  withPlace(program.command('replay'))
    .summary('send the recorded requests to the app again, and compare')
    .description(
      'Starts the app with its dependencies switched off, sends it the recorded requests, and compares what it answers and asks.',
    )
    .usage('[options] [takes...] [-- <command>]')
    .argument('[takes...]', 'ids of takes; all of them where none is given')
    .option('--concurrency <n>', 'how many takes run at once', parseCount('--concurrency'), 1)
    .addOption(new Option('--order <order>', 'recorded, reversed, random or random:<seed>').default('recorded'))
    .option('--filter <text>', 'only takes whose method and target contain the text')
    .option('--trace <id>', 'only the take behind that trace id')
    .option('--bail', 'stop after the first take that fails')
    .option('--timeout <duration>', 'how long an answer may take', parseDuration('--timeout'), 30_000)
    .option('--verbose', 'show what the app prints')
    .option('--learn', 'replay twice, and propose rules for what differs between two replays of the same code')
    .option('--background', 'run jobs in the background (pollers, cron jobs) as they were recorded, too')
    .option('--bake', 'store what follows from surrogates of drawn secrets, such as hashes of them, as recorded')
    .option(
      '--url <origin>',
      'send the takes to an app that runs already, without Retake, and compare values by kind',
      parseOrigin('--url'),
    )
    .option('--yes', 'with --learn: write the rules without asking')
    .addHelpText(
      'after',
      `
Where no command is given, the recorded one is started again.

Examples:
  $ retake replay
  $ retake replay --filter "POST /orders" -- node app.js
  $ retake replay --order random --concurrency 8
  $ retake replay --learn --yes
  $ retake replay --url http://127.0.0.1:3000
${exitCodeHelp}`,
    )
    .action(async (takes: string[], options: ReplayFlags) => {
      const settings = commandSettings(surroundings, options)
      finish(
        await replay(
          {
            ...settings,
            command,
            takes,
            order: parseTakeOrder(options.order, Date.now() % 1_000_000),
            concurrency: options.concurrency,
            timeoutMs: options.timeout,
            filter: options.filter,
            trace: options.trace,
            bail: options.bail === true,
            verbose: options.verbose === true,
            json: options.json === true,
            learn: learning(options),
            bake: options.bake === true,
            url: liveOrigin(options, command),
          },
          options.background === true ? { ...surroundings, env: { ...surroundings.env, RETAKE_BACKGROUND: '1' } } : surroundings,
        ),
      )
    })

  withPlace(program.command('list'))
    .summary('list the takes of a cassette')
    .description('Lists the takes of a cassette.')
    .option('--filter <text>', 'only takes whose method and target contain the text')
    .action((options: PlaceOptions & { readonly filter?: string }) => {
      forbidCommand('list', command)
      const { cassette } = commandSettings(surroundings, options)
      finish(list({ cassette, filter: options.filter, json: options.json === true }, surroundings))
    })

  withPlace(program.command('show'))
    .summary('show one take')
    .description('Shows what started a take, what came of it, and everything that it asked of others in between.')
    .argument('<take>', 'id of the take, as `retake list` shows it; its beginning is enough when no other take begins so')
    .addHelpText('after', '\nExamples:\n  $ retake show 7kq2m4xa-12\n  $ retake show 7kq2m4xa-main --json')
    .action((take: string, options: PlaceOptions) => {
      forbidCommand('show', command)
      const { cassette } = commandSettings(surroundings, options)
      finish(show({ cassette, take, json: options.json === true }, surroundings))
    })

  withPlace(program.command('verify'))
    .summary('read everything in a cassette, and say what is damaged')
    .description('Reads every take of a cassette, and says what is damaged; with --secrets also what looks like a secret.')
    .option('--secrets', 'also look for secrets: exit code 1 where there are any. They are not printed')
    .addHelpText('after', `\nExamples:\n  $ retake verify\n  $ retake verify --secrets --cassette test/cassettes\n${exitCodeHelp}`)
    .action((options: PlaceOptions & { readonly secrets?: boolean }) => {
      forbidCommand('verify', command)
      const { cassette, redact } = commandSettings(surroundings, options)
      finish(verify({ cassette, redact, secrets: options.secrets === true, json: options.json === true }, surroundings))
    })

  withPlace(program.command('scrub'))
    .summary('replace secrets in takes that were recorded before')
    .description('Applies the rules of the configuration to takes that were recorded before. Says what would be replaced; --write does it.')
    .option('--write', 'replace it: for good, and in place')
    .addHelpText('after', `\nExamples:\n  $ retake scrub\n  $ retake scrub --write --cassette test/cassettes\n${exitCodeHelp}`)
    .action((options: PlaceOptions & { readonly write?: boolean }) => {
      forbidCommand('scrub', command)
      const { cassette, redact, match, beforeSave } = commandSettings(surroundings, options)
      finish(scrub({ cassette, redact, match, beforeSave, write: options.write === true, json: options.json === true }, surroundings))
    })

  return program
}

interface ReplayFlags extends PlaceOptions {
  readonly concurrency: number
  readonly order: string
  readonly filter?: string
  readonly trace?: string
  readonly bail?: boolean
  readonly timeout: number
  readonly verbose?: boolean
  readonly learn?: boolean
  readonly bake?: boolean
  readonly background?: boolean
  readonly yes?: boolean
  readonly url?: URL
}

function liveOrigin({ url, learn, bake }: ReplayFlags, command: Command | undefined): URL | undefined {
  if (url === undefined) return undefined
  if (command !== undefined)
    throw new RetakeError('RETAKE_USAGE', '`--url` names an app that runs already; leave out the command that would start one.')
  if (bake === true)
    throw new RetakeError('RETAKE_USAGE', '`--bake` stores what the recorded code does; an app that runs already (`--url`) may be any.')
  if (learn === true)
    throw new RetakeError('RETAKE_USAGE', '`--learn` starts the app twice; it cannot do that to one that runs already (`--url`).')
  return url
}

function learning({ learn, yes, bake }: ReplayFlags): { readonly yes: boolean } | undefined {
  if (learn === true && bake === true) throw new RetakeError('RETAKE_USAGE', '--learn and --bake are two things; do one after the other.')
  if (learn === true) return { yes: yes === true }
  if (yes !== true) return undefined
  throw new RetakeError('RETAKE_USAGE', '--yes answers the question that --learn asks; without --learn there is none.')
}

function withPlace(program: Program): Program {
  return program
    .option('--cassette <place>', 'file or directory of the takes (default: RETAKE_CASSETTE, the configuration, ./cassettes)')
    .option('--config <file>', 'configuration (default: RETAKE_CONFIG, retake.config.* in this directory)')
    .option('--json', 'print JSON for programs')
}

function misplaced(name: string, words: readonly string[]): RetakeError {
  const example = words.length > 0 ? words.join(' ') : 'node app.js'
  return new RetakeError('RETAKE_USAGE', 'The command to run must stand after `--`.', { remedy: `retake ${name} -- ${example}` })
}

function forbidCommand(name: string, command: Command | undefined): void {
  if (command !== undefined)
    throw new RetakeError('RETAKE_USAGE', `\`retake ${name}\` runs no command; leave out \`-- ${command.join(' ')}\`.`)
}

// The command is one bundled file beside the preload; both lie in a directory of the package.
function packageVersion(preload: URL): string {
  try {
    return (JSON.parse(fs.readFileSync(new URL('../package.json', preload), 'utf8')) as { version: string }).version
  } catch {
    return 'unknown'
  }
}
