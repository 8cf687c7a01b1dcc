import { fileURLToPath } from 'node:url'
import { type PatchRegistry, preloadOption } from '@retake/core'
import type { Session, Settings } from '@retake/session'
import { reachChildren } from './children.ts'
import { inheritedEnvironment } from './inherited-environment.ts'
import { OffspringNames } from './offspring-names.ts'
import { reachThreads } from './threads.ts'

/** What is handed on to threads and child processes. */
export interface Inheritance {
  /** The preload: its file, and how NODE_OPTIONS names it. */
  readonly preloadFile: string
  readonly preloadOption: string
  readonly environment: { readonly [name: string]: string }
  readonly names: OffspringNames
}

export interface OffspringOptions {
  /** File of the preload. */
  readonly preload: URL
  readonly settings: Settings
  /** What this process was started with. */
  readonly environment: { readonly [name: string]: string | undefined }
}

/** Sees to it that threads and Node processes that the app starts do what this process does, each with a session of its own. */
export function installOffspring(patches: PatchRegistry, session: Session, { preload, settings, environment }: OffspringOptions): void {
  const inheritance = {
    preloadFile: fileURLToPath(preload),
    preloadOption: preloadOption(preload),
    environment: inheritedEnvironment(environment, settings),
    names: new OffspringNames(session),
  }
  reachThreads(patches, inheritance)
  reachChildren(patches, inheritance)
}
