import { shared } from '@retake/core'
import type { ThreadEnd } from './thread-ends.ts'

/** Name of the variable by which a child process learns who started it; taken out of its environment at once. */
export const parentVariable = 'RETAKE_PARENT'

/** Key of the same for a thread, among the environment data of Node's, where nobody sees it who does not ask for it. */
export const threadKey = 'retake.origin'

/** What a thread gets from the thread that starts it. */
export interface ThreadOrigin {
  readonly parent: string
  /** The variables that say what Retake shall do; the thread's own environment may be empty. */
  readonly environment: { readonly [name: string]: string }
  /** What `process.execArgv` would be without the preload that was added for the thread. */
  readonly execArgv: readonly string[] | undefined
  /** By which it is asked to end its recording. */
  readonly end: ThreadEnd
}

/** What this process or thread was started by, where a process that Retake knows did it. */
export interface Origin {
  /** `<take>#<number>`, see `SessionHeader.parent`. */
  readonly parent: string | undefined
  /** Variables beyond those of the thread's own environment. */
  readonly environment: { readonly [name: string]: string }
  /** Of a thread: see {@link ThreadOrigin.end}. */
  readonly end?: ThreadEnd
}

/** Read once, by the first copy of the SDK: the app shall not see it, and what it starts shall not inherit it. */
export function processOrigin(): Origin {
  return shared('origin', takeOrigin)
}

function takeOrigin(): Origin {
  // Marked in all threads but the main one, where `node:worker_threads` need not be loaded to know.
  if ((process.chdir as { disabled?: boolean }).disabled === true) return originOfThread()
  const parent = process.env[parentVariable]
  delete process.env[parentVariable]
  return { parent: parent === '' ? undefined : parent, environment: {} }
}

function originOfThread(): Origin {
  const { getEnvironmentData, setEnvironmentData } = process.getBuiltinModule('node:worker_threads')
  const told = getEnvironmentData(threadKey) as ThreadOrigin | undefined
  if (told === undefined) return { parent: undefined, environment: {} }
  setEnvironmentData(threadKey, undefined)
  if (told.execArgv !== undefined) process.execArgv = [...told.execArgv]
  return { parent: told.parent, environment: told.environment, end: told.end }
}
