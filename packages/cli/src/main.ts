import { CommanderError } from 'commander'
import { RetakeError } from '@retake/core'
import { splitCommand } from './commands/command-words.ts'
import { exitCodeOf, exitCodes } from './exit-code.ts'
import { createProgram } from './program.ts'
import type { Surroundings } from './surroundings.ts'

/**
 * Runs one command line.
 * @param argv The words after the program's name.
 * @returns The exit code, see {@link exitCodes}. Never rejects: errors are printed to standard error, and with `--json`
 *   also to standard output as `{ "error": { "code", "message" } }`.
 */
export async function main(argv: readonly string[], surroundings: Surroundings): Promise<number> {
  const { own, command } = splitCommand(argv)
  const result: { exitCode: number } = { exitCode: exitCodes.passed }
  try {
    const program = createProgram(surroundings, command, (exitCode) => {
      result.exitCode = exitCode
    })
    await program.parseAsync(own, { from: 'user' })
    return result.exitCode
  } catch (error) {
    // Commander has printed its help or its complaint already.
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.passed : exitCodes.usage
    printError(error, own.includes('--json'), surroundings)
    return exitCodeOf(error)
  }
}

function printError(error: unknown, json: boolean, { stdout, stderr }: Surroundings): void {
  const known = error instanceof RetakeError
  if (json) {
    const message = error instanceof Error ? error.message : String(error)
    stdout.write(`${JSON.stringify({ error: { ...(known && { code: error.code }), message } })}\n`)
  }
  if (known) {
    stderr.write(`retake: ${error.message}\n`)
    return
  }
  const trace = error instanceof Error ? (error.stack ?? error.message) : String(error)
  stderr.write(`retake: this is a bug in Retake; please report it with these lines:\n${trace}\n`)
}
