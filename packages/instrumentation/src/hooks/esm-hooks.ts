import { register } from 'node:module'
import { pathToFileURL } from 'node:url'
import { shared } from '@retake/core'
import { siblingRequire } from './own-require.ts'

/** @param folder That of the package. */
type OnImport = (exports: unknown, name: string, folder: string) => void
type OnModule = (address: string, namespace: object) => void

/** Other files whose exports are replaced as they are imported. */
export interface AlsoHooked {
  /** What their addresses match. */
  readonly include: RegExp
  /** Called with a namespace whose bindings can be set, before whoever imports it runs. */
  readonly imported: OnModule
}

const registered: { done: boolean } = shared('esm-hooks', () => ({ done: false }))

/**
 * Hooks that ES modules of drivers pass. Most drivers are CommonJS, and even when imported pass the `require` hooks: these
 * here are only for packages with an ES module build, and only for the files that a carrier patches. Synchronous where
 * Node can (`module.registerHooks`), else in a loader thread, which costs 40 ms of start-up.
 *
 * @param files Paths within their packages, with the packages' names.
 * @param first Called when the first of the files is imported, before whoever imports it runs.
 * @param also Passes the loader's thread where there has to be one; elsewhere it has hooks of its own.
 */
export function hookEsModules(files: readonly string[], first: OnImport, also: AlsoHooked): void {
  const require = siblingRequire()
  const { Hook, addHook } = require('import-in-the-middle') as {
    Hook: new (modules: readonly string[], options: object, hook: OnImport) => unknown
    addHook(hook: OnModule): void
  }
  const drivers = [...new Set(files.map((file) => file.slice(0, file.indexOf('/'))))]
  new Hook(drivers, { internals: true }, first)
  if (registered.done) return
  registered.done = true
  const include = [new RegExp(`/node_modules/(?:${files.map((file) => file.replaceAll('.', '\\.')).join('|')})$`)]
  const { supportsSyncHooks } = require('import-in-the-middle/supports-sync-hooks.mjs') as { supportsSyncHooks(): boolean }
  if (supportsSyncHooks()) (require('import-in-the-middle/register-hooks.mjs') as { register(options: object): void }).register({ include })
  else {
    addHook((address, namespace) => {
      if (also.include.test(address)) also.imported(address, namespace)
    })
    register(pathToFileURL(require.resolve('import-in-the-middle/hook.mjs')), { data: { include: [...include, also.include] } })
  }
}
