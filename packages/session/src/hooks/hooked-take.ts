import type { Take } from '@retake/core'
import { applyHook, type HookRun } from './apply-hook.ts'
import { withoutDeliveries } from './left-out.ts'

/**
 * A take as a hook leaves it.
 * @returns The same instance when nothing changed; `undefined` when the hook leaves out the exchange that the take began with.
 * @throws RetakeError `RETAKE_HOOK_FAILED`.
 */
export function hookedTake(take: Take, { hook, name }: Pick<HookRun, 'hook' | 'name'>): Take | undefined {
  const run: HookRun = { hook, name, take: take.id }
  const trigger = take.trigger.kind === 'http' ? applyHook(run, { kind: 'inbound', trigger: take.trigger })?.trigger : take.trigger
  if (trigger === undefined) return undefined
  const interactions = take.interactions.flatMap((interaction) => {
    const kept = applyHook(run, { kind: 'outbound', interaction })
    return kept === undefined ? [] : [kept.interaction]
  })
  const isSame =
    trigger === take.trigger &&
    interactions.length === take.interactions.length &&
    interactions.every((interaction, at) => interaction === take.interactions[at])
  return isSame ? take : { ...take, trigger, interactions, segments: withoutDeliveries(take.segments, take.interactions, interactions) }
}
