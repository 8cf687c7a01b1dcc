import { Module } from 'node:module'

/** Packages whose code runs tests in the process that it was started in, as a path within node_modules. */
const runners = /[\\/]node_modules[\\/](?:mocha|ava|tap|@tapjs|tape|jasmine|jasmine-core|uvu|@hapi[\\/]lab|@japa[\\/]runner|vitest)[\\/]/
/** The main file of `npx mocha` is a link in here. */
const commands = /[\\/]node_modules[\\/]\.bin[\\/](?:_?mocha|ava|tap|tape|jasmine|uvu|lab|vitest)(?:\.\w+)?$/

/**
 * Whether the tests of a suite run in this process: then a server in it answers the suite's own requests. Jest is not meant: its files
 * of tests are takes of their own.
 */
export function isTestRun(): boolean {
  const [, file = ''] = process.argv
  if (runners.test(file) || commands.test(file)) return true
  // Not documented, and there in every Node: which built-in modules were loaded. `node:test` is, where tests use it.
  const { moduleLoadList } = process as unknown as { moduleLoadList?: readonly string[] }
  if (moduleLoadList?.includes('NativeModule internal/test_runner/harness') === true) return true
  const { _cache: loaded } = Module as unknown as { _cache: object }
  return Object.keys(loaded).some((path) => runners.test(path))
}
