import { createRequire } from 'node:module'

/** Resolves our own dependencies, from wherever our published file stands. */
export const ownRequire: NodeJS.Require = createRequire(import.meta.url)

/**
 * `import-in-the-middle` of the very copy that `@opentelemetry/instrumentation` uses: hooks registered with one copy are
 * not heard by another.
 */
export function siblingRequire(): NodeJS.Require {
  return createRequire(ownRequire.resolve('@opentelemetry/instrumentation'))
}
