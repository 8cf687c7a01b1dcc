import { main } from './main.ts'
import type { EndingSignal } from './surroundings.ts'

const endingSignals: readonly EndingSignal[] = ['SIGINT', 'SIGTERM', 'SIGHUP']

/**
 * Runs the command line of this process and sets its exit code: the one place that reads `process`.
 * @param preload File URL of the built `register` entry.
 */
export async function runCommandLine(preload: URL): Promise<void> {
  process.exitCode = await main(process.argv.slice(2), {
    stdout: process.stdout,
    stderr: process.stderr,
    env: process.env,
    workingDirectory: process.cwd(),
    preload,
    onSignal: (listener) => {
      for (const signal of endingSignals) process.on(signal, listener)
      return () => {
        for (const signal of endingSignals) process.off(signal, listener)
      }
    },
  })
}
