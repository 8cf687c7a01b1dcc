import { readFileSync } from 'node:fs'
import { defineConfig, type RolldownOptions } from 'rolldown'
import { ascii, lazy } from './packages/retake/build/bundle-plugins.mjs'
import { licences } from './packages/retake/build/licences.ts'

const { version, dependencies } = JSON.parse(readFileSync('packages/retake/package.json', 'utf8')) as {
  version: string
  dependencies: { readonly [name: string]: string }
}

/**
 * One file per entry: 150 small modules cost 70 ms of start-up, one file costs nothing. Entries find each other at run
 * time by file name (`register` loads `engine` only where there is something to do).
 */
const entries = ['register', 'index', 'config', 'instrumentation', 'cli']
/** Loaded synchronously by the entries: as CommonJS that takes 5 to 8 ms less, and V8's code can be kept. */
const internals = ['engine-record', 'engine-replay', 'engine-test', 'recording-thread', 'recording-worker']
/** Packages that are bundles of their own: one copy for all internals, loaded with the first call or connection. */
const shared = ['protocols', 'redaction']
/** Jest evaluates what it requires in the realm of the test, where nothing can be required any more when the test has ended. */
const eager = 'engine-test'

const external = [/^node:/, ...Object.keys(dependencies).map((name) => new RegExp(`^${name}(/.*)?$`))]
const sharedFile = (name: string): string => `./${name}.cjs`

function bundle(name: string, input: string, options: { readonly commonJs: boolean; readonly lazy: boolean }): RolldownOptions {
  const apart = options.commonJs ? shared.filter((one) => one !== name) : []
  return {
    input: { [name]: input },
    platform: 'node',
    external: [...external, ...apart.map((one) => `@retake/${one}`)],
    plugins: [
      licences('packages/retake/dist/THIRD-PARTY-LICENSES.txt'),
      ...(options.commonJs ? [ascii, ...(options.lazy ? [lazy(apart.map(sharedFile))] : [])] : []),
    ],
    transform: { define: { 'process.env.RETAKE_BUILD_VERSION': JSON.stringify(version) } },
    treeshake: { moduleSideEffects: false },
    output: {
      dir: 'packages/retake/dist',
      ...(options.commonJs ? { format: 'cjs', strict: true, entryFileNames: '[name].cjs' } : { entryFileNames: '[name].js' }),
      paths: Object.fromEntries(apart.map((one) => [`@retake/${one}`, sharedFile(one)])),
      codeSplitting: false,
      minify: { compress: false, mangle: false, codegen: { removeWhitespace: true } },
      sourcemap: false,
      ...(name === 'cli' ? { banner: '#!/usr/bin/env node' } : {}),
    },
  }
}

export default defineConfig([
  ...entries.map((name) => bundle(name, `packages/retake/src/${name}.ts`, { commonJs: false, lazy: false })),
  ...internals.map((name) => bundle(name, `packages/retake/src/${name}.ts`, { commonJs: true, lazy: name !== eager })),
  ...shared.map((name) => bundle(name, `packages/${name}/src/index.ts`, { commonJs: true, lazy: true })),
])
