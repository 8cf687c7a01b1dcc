import { main } from './main.ts'
import type { EndingSignal } from './surroundings.ts'

const endingSignals: readonly EndingSignal[] = ['SIGINT', 'SIGTERM', 'SIGHUP']

/**
 * Runs the command line of this process and sets its exit code: the one place that reads `process`.
 * @param preload File URL of the built `register` entry.
 */
export async function runCommandLine(preload: URL): Promise<void> {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', unlessUnread)
  process.exitCode = await main(process.argv.slice(2), {
    stdout: process.stdout,
    stderr: process.stderr,
    env: process.env,
    workingDirectory: process.cwd(),
    preload,
    ...(process.stdin.isTTY && process.stderr.isTTY && { choose }),
    onSignal: (listener) => {
      for (const signal of endingSignals) process.on(signal, listener)
      return () => {
        for (const signal of endingSignals) process.off(signal, listener)
      }
    },
  })
}

/** `retake list | head`: what nobody reads any more is no failure, and the command goes on to its end. */
function unlessUnread(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error
}

async function choose(question: string, lines: readonly string[]): Promise<readonly number[]> {
  const { default: checkbox } = await import('@inquirer/checkbox')
  const asked = checkbox(
    { message: question, choices: lines.map((name, value) => ({ name, value, checked: true })), pageSize: 15 },
    { output: process.stderr },
  )
  // Ctrl-C at the question chooses nothing.
  return asked.catch((error: unknown) => {
    if (error instanceof Error && error.name === 'ExitPromptError') return []
    throw error
  })
}
