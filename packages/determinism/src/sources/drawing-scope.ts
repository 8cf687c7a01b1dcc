import { mainScope, type Scope, scopes } from '@retake/core'

/**
 * The scope that the code now running draws from: its take, or `main`. `undefined` when there is none, or when it is muted:
 * the native source is asked then. Called once in each patched function, before anything else.
 */
export function drawingScope(): Scope | undefined {
  const scope = scopes.getStore() ?? mainScope.current
  return scope === undefined || scope.muted ? undefined : scope
}
