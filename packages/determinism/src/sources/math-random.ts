import type { PatchRegistry } from '@retake/core'
import { drawingScope } from './drawing-scope.ts'
import { isStandIn, languageStandIn } from './stand-in.ts'

export function replaceMathRandom(realm: typeof globalThis, patches: PatchRegistry): void {
  const native = realm.Math.random
  if (isStandIn(native)) return
  patches.replace(
    realm.Math,
    'random',
    languageStandIn(native, () => {
      const scope = drawingScope()
      return scope === undefined ? native() : scope.draws.number('random', native)
    }),
  )
}
