import { muteMethods, type Carrier } from './carrier.ts'

/** generic-pool; `use` calls back after a promise, in its caller's scope. */
export const genericPoolCarrier: Carrier = {
  driver: 'generic-pool',
  versions: ['>=3.0.0 <4'],
  files: [
    {
      path: 'generic-pool/lib/Pool.js',
      patch(exports, patches) {
        muteMethods(
          (exports as { prototype: object }).prototype,
          ['acquire', 'release', 'destroy', 'start', '_scheduleEvictorRun', '_ensureMinimum'],
          patches,
        )
      },
    },
  ],
}
