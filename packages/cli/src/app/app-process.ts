import { spawn } from 'node:child_process'
import { StringDecoder } from 'node:string_decoder'
import type { Readable } from 'node:stream'
import { OutputTail } from './output-tail.ts'

/** How the app ended. `failure`: it could not even be started. */
export type AppEnd =
  | { readonly kind: 'exited'; readonly code: number }
  | { readonly kind: 'signalled'; readonly signal: NodeJS.Signals }
  | { readonly kind: 'failure'; readonly error: Error }

/** The app that a command started. */
export interface AppProcess {
  /** Resolves once, when the app is gone and its output is read. */
  readonly ended: Promise<AppEnd>
  /** Last lines of what it printed, when its output is captured. */
  readonly tail: OutputTail
  /** Passes a signal on, once: to the process that was started, which passes it on to its own as it sees fit. */
  signal(signal: NodeJS.Signals): void
  /** Asks the app to end, and after `graceMs` ends it with everything that it started. */
  stop(graceMs: number): Promise<AppEnd>
  /** Passes a signal on to everything that it started, also after its own end. */
  signalGroup(signal: NodeJS.Signals): void
}

export interface AppOptions {
  /** Program and arguments. */
  readonly command: readonly [string, ...string[]]
  readonly env: Record<string, string>
  readonly workingDirectory: string
  /**
   * `inherit`: the app has our standard streams. `stderr`: what it prints goes to our standard error, so that standard
   * output is ours alone. `captured`: it is kept in `tail` and handed to `onOutput`; standard input is closed.
   */
  readonly output: 'inherit' | 'stderr' | 'captured'
  readonly onOutput?: (text: string) => void
}

const windows = process.platform === 'win32'

/**
 * Starts the app in a process group of its own: a Ctrl-C on the terminal then reaches it once, through us, and a wrapper
 * (`npm start`, a shell) cannot leave its children behind.
 */
export function startApp(options: AppOptions): AppProcess {
  const [program, ...args] = options.command
  const stdio = {
    inherit: 'inherit' as const,
    stderr: ['inherit' as const, 2, 2],
    captured: ['ignore' as const, 'pipe' as const, 'pipe' as const],
  }[options.output]
  const child = spawn(program, args, {
    cwd: options.workingDirectory,
    env: options.env,
    stdio,
    detached: !windows,
    shell: windows,
    windowsHide: true,
  })
  const tail = new OutputTail()
  for (const stream of [child.stdout, child.stderr]) if (stream !== null) follow(stream, tail, options.onOutput)

  const signalGroup = (signal: NodeJS.Signals): void => {
    if (child.pid === undefined) return
    try {
      process.kill(windows ? child.pid : -child.pid, signal)
    } catch {
      // The group is gone already.
    }
  }
  let gone = false
  const ended = new Promise<AppEnd>((resolve) => {
    const settle = (end: AppEnd): void => {
      gone = true
      resolve(end)
    }
    child.once('error', (error) => {
      if (child.pid === undefined) settle({ kind: 'failure', error })
    })
    // What a wrapper left behind would hold the pipes open for ever: it ends with the wrapper.
    child.once('exit', () => {
      if (options.output === 'captured') signalGroup('SIGKILL')
    })
    child.once('close', (code, signal) => settle(signal === null ? { kind: 'exited', code: code ?? 0 } : { kind: 'signalled', signal }))
  })

  return {
    ended,
    tail,
    signal: (signal) => {
      if (!gone) child.kill(signal)
    },
    signalGroup,
    stop: async (graceMs) => {
      if (!gone) child.kill('SIGTERM')
      const impatience = setTimeout(signalGroup, graceMs, 'SIGKILL')
      const end = await ended
      clearTimeout(impatience)
      return end
    },
  }
}

function follow(stream: Readable, tail: OutputTail, onOutput: ((text: string) => void) | undefined): void {
  const decoder = new StringDecoder('utf8')
  stream.on('data', (chunk: Buffer) => {
    const text = decoder.write(chunk)
    tail.add(text)
    onOutput?.(text)
  })
}

/** `exit code 1`, `signal SIGKILL`, `spawn nodee ENOENT`. */
export function endText(end: AppEnd): string {
  if (end.kind === 'exited') return `exit code ${end.code}`
  return end.kind === 'signalled' ? `signal ${end.signal}` : end.error.message
}
