import path from 'node:path'
import { RetakeError, type SessionHeader } from '@retake/core'
import { printableArguments } from '@retake/session'

/** Program and arguments of the app. */
export type Command = readonly [string, ...string[]]

/** Splits the words of a command line at the first `--`: what comes after it is the app's. */
export function splitCommand(argv: readonly string[]): { readonly own: readonly string[]; readonly command: Command | undefined } {
  const at = argv.indexOf('--')
  if (at === -1) return { own: argv, command: undefined }
  const [program, ...args] = argv.slice(at + 1)
  return { own: argv.slice(0, at), command: program === undefined ? undefined : [program, ...args] }
}

/**
 * The command that was recorded: the script with the options of Node before it and its arguments after it. The Node that
 * runs now runs it: the recorded path is often another machine's.
 * @throws RetakeError `RETAKE_USAGE` when no session tells how it was started.
 */
export function recordedCommand(sessions: readonly SessionHeader[]): Command {
  const argv = (
    sessions.findLast((session) => session.parent === undefined && session.argv.length > 0) ??
    sessions.findLast((session) => session.argv.length > 0)
  )?.argv
  if (argv === undefined) {
    throw new RetakeError('RETAKE_USAGE', 'The cassette does not say how the app was started.', {
      remedy: 'Say how to start it: retake replay -- node app.js',
    })
  }
  return [process.execPath, ...argv]
}

/** A command as a person would type it, for messages: logs of CI are read by many, so `--token x` is `--token ***`. */
export function commandText(command: Command): string {
  const [program, ...args] = command
  const shownProgram = program === process.execPath ? 'node' : program
  return [shownProgram, ...printableArguments(args).map((arg) => relativeIfShorter(arg))]
    .map((word) => (/[\s"'$&|<>]/.test(word) ? JSON.stringify(word) : word))
    .join(' ')
}

function relativeIfShorter(word: string): string {
  if (!path.isAbsolute(word)) return word
  const relative = path.relative('', word)
  return relative !== '' && relative.length < word.length ? relative : word
}
