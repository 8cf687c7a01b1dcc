import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { thisNode } from './node-versions.ts'

export const register: string = pathToFileURL(path.resolve(import.meta.dirname, '../../packages/retake/dist/register.js')).href

export interface AppOptions {
  readonly node?: string
  /** Arguments after the options of Node: the script and its own. */
  readonly args: readonly string[]
  readonly env?: { readonly [name: string]: string }
  /** Preloads `retake/register`. @default true */
  readonly preload?: boolean
  readonly execArgv?: readonly string[]
  readonly cwd?: string
}

/** A server app in a process of its own. It prints `listening <port>` when it listens. */
export interface AppProcess {
  readonly port: number
  readonly output: () => string
  /** Exit code or signal, once it has ended. */
  readonly ended: Promise<number | string>
  /** Resolves when what it printed so far matches. @throws Error with everything printed, when it ends without. */
  printed(pattern: RegExp): Promise<void>
  /** Ends it with SIGTERM. @returns exit code or signal. */
  stop(signal?: NodeJS.Signals): Promise<number | string>
}

export function spawnNode({ node = thisNode.executable, args, env = {}, preload = true, execArgv = [], cwd }: AppOptions): {
  readonly child: ChildProcess
  readonly output: () => string
  readonly ended: Promise<number | string>
} {
  const child = spawn(node, [...(preload ? ['--import', register] : []), ...execArgv, ...args], {
    env: { ...cleanEnvironment(), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(cwd === undefined ? {} : { cwd }),
  })
  let output = ''
  child.stdout?.on('data', (chunk: Buffer) => (output += chunk.toString()))
  child.stderr?.on('data', (chunk: Buffer) => (output += chunk.toString()))
  const ended = once(child, 'close').then(([code, signal]: unknown[]) => (code ?? signal) as number | string)
  return { child, output: () => output, ended }
}

/** @throws Error with everything that the app printed, when it ends before it listens. */
export async function startApp(options: AppOptions): Promise<AppProcess> {
  const { child, output, ended } = spawnNode(options)
  const printed = (pattern: RegExp): Promise<void> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        if (pattern.test(output())) resolve()
      }
      child.stdout?.on('data', look)
      void ended.then((how) => reject(new Error(`the app ended (${how}) before it printed ${pattern}:\n${output()}`)))
      look()
    })
  await printed(/^listening \d+$/m)
  return {
    port: Number(/^listening (\d+)$/m.exec(output())?.[1]),
    output,
    ended,
    printed,
    stop: async (signal = 'SIGTERM') => {
      child.kill(signal)
      return await ended
    },
  }
}

/** The environment without what this test run was started with. */
function cleanEnvironment(): NodeJS.ProcessEnv {
  const { NODE_OPTIONS: _options, CI: _ci, ...rest } = process.env
  return Object.fromEntries(Object.entries(rest).filter(([name]) => !name.startsWith('RETAKE_') && !name.startsWith('VITEST')))
}
