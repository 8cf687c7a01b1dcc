/** `retake/config`: types and a helper for `retake.config.{ts,mjs,json}`. */
import type { RetakeConfig } from '@retake/session'

export { validateConfig } from '@retake/session'
export type { HookedInteraction, HookResult, InteractionHook, RetakeConfig, ValueRewriting } from '@retake/session'

/**
 * Gives a configuration its type. Returns it as it is; it is checked when it is read.
 * @example
 * export default defineConfig({ calls: 'strict', passthrough: ['127.0.0.1:4318'] })
 */
export function defineConfig(config: RetakeConfig): RetakeConfig {
  return config
}
