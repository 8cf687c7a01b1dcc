import { register } from 'node:module'
import { pathToFileURL } from 'node:url'
import { shared } from '@retake/core'
import { siblingRequire } from './own-require.ts'

type OnImport = (exports: unknown, name: string) => void

const registered: { done: boolean } = shared('esm-hooks', () => ({ done: false }))

/**
 * Hooks that ES modules of drivers pass. Most drivers are CommonJS, and even when imported pass the `require` hooks: these
 * here are only for packages with an ES module build, and only for the files that a carrier patches. Synchronous where
 * Node can (`module.registerHooks`), else in a loader thread, which costs 40 ms of start-up.
 *
 * @param files Paths within their packages, with the packages' names.
 * @param first Called when the first of the files is imported, before whoever imports it runs.
 */
export function hookEsModules(files: readonly string[], first: OnImport): void {
  const require = siblingRequire()
  const { Hook } = require('import-in-the-middle') as { Hook: new (modules: readonly string[], options: object, hook: OnImport) => unknown }
  const drivers = [...new Set(files.map((file) => file.slice(0, file.indexOf('/'))))]
  new Hook(drivers, { internals: true }, first)
  if (registered.done) return
  registered.done = true
  const include = [new RegExp(`/node_modules/(?:${files.map((file) => file.replaceAll('.', '\\.')).join('|')})$`)]
  const { supportsSyncHooks } = require('import-in-the-middle/supports-sync-hooks.mjs') as { supportsSyncHooks(): boolean }
  if (supportsSyncHooks()) (require('import-in-the-middle/register-hooks.mjs') as { register(options: object): void }).register({ include })
  else register(pathToFileURL(require.resolve('import-in-the-middle/hook.mjs')), { data: { include } })
}
