import { configModule } from '../settings/config-module.ts'
import { applyHook, type HookSubject } from './apply-hook.ts'
import type { InteractionHook } from './interaction-hook.ts'

/**
 * Runs `beforeSave` where takes are written.
 * @returns What is to be written; `undefined` where it is to be left out.
 * @throws RetakeError `RETAKE_HOOK_FAILED`.
 */
export type SaveHook = <Subject extends HookSubject>(subject: Subject, take: string) => Subject | undefined

/** Where `beforeSave` is found. Functions do not cross threads. */
export interface SaveHookOrder {
  /** The file of configuration that exports it. Where there is none, or it cannot be loaded in a worker, the main thread runs it. */
  readonly file: string | undefined
}

/** @param main Runs it on the main thread. */
export function saveHook({ file }: SaveHookOrder, main: SaveHook): SaveHook {
  const hook = file === undefined ? undefined : hookOf(file)
  return hook === undefined ? main : (subject, take) => applyHook({ hook, name: 'beforeSave', take }, subject)
}

function hookOf(file: string): InteractionHook | undefined {
  try {
    return (configModule(file) as { readonly beforeSave?: InteractionHook }).beforeSave
  } catch {
    // The main thread could: it has a loader that the worker has not.
    return undefined
  }
}
