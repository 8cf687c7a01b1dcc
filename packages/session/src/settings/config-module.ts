import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'

/**
 * What a module of configuration exports. Synchronous: Node can `require` ECMAScript modules from 20.19 and 22.12 on, and strip
 * types from 22.18 on.
 */
export function configModule(file: string): unknown {
  const loaded = createRequire(pathToFileURL(file))(file) as { default?: unknown }
  return loaded.default ?? loaded
}
