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
const internals = ['engine-record', 'engine-replay', 'engine-test', 'recording-thread', 'recording-worker', 'command-line']
/** What has a bundle of its own, by the name that sources import: one copy for all internals, loaded when it is first used. */
const shared: { readonly [name: string]: string } = {
  '@retake/protocols': 'packages/protocols/src/index.ts',
  '@retake/redaction': 'packages/redaction/src/index.ts',
  '@babel/parser': 'node_modules/@babel/parser/lib/index.js',
  'redos-detector': 'node_modules/redos-detector/dist/redos-detector.mjs',
}
/** Jest evaluates what it requires in the realm of the test, where nothing can be required any more when the test has ended. */
const eager = 'engine-test'

const external = [/^node:/, ...Object.keys(dependencies).map((name) => new RegExp(`^${name}(/.*)?$`))]
const sharedFiles: { readonly [name: string]: string } = Object.fromEntries(
  Object.keys(shared).map((name) => [name, `./${name.replace('@retake/', '').replace(/\W+/g, '-').replace(/^-/, '')}.cjs`]),
)

function bundle(name: string, input: string, options: { readonly commonJs: boolean; readonly lazy: boolean }): RolldownOptions {
  const apart = options.commonJs ? Object.keys(shared).filter((one) => shared[one] !== input) : []
  return {
    input: { [name]: input },
    platform: 'node',
    external: [...external, ...apart],
    plugins: [
      licences('packages/retake/dist/THIRD-PARTY-LICENSES.txt'),
      ...(options.commonJs ? [ascii, ...(options.lazy ? [lazy(Object.values(sharedFiles))] : [])] : []),
    ],
    transform: { define: { 'process.env.RETAKE_BUILD_VERSION': JSON.stringify(version) } },
    treeshake: { moduleSideEffects: false },
    output: {
      dir: 'packages/retake/dist',
      ...(options.commonJs ? { format: 'cjs', strict: true, entryFileNames: '[name].cjs' } : { entryFileNames: '[name].js' }),
      paths: sharedFiles,
      codeSplitting: false,
      // Our own names stay, for stack traces.
      minify: input.startsWith('node_modules/') || { compress: false, mangle: false, codegen: { removeWhitespace: true } },
      sourcemap: false,
      ...(name === 'cli' ? { banner: '#!/usr/bin/env node' } : {}),
    },
  }
}

export default defineConfig([
  ...entries.map((name) => bundle(name, `packages/retake/src/${name}.ts`, { commonJs: false, lazy: false })),
  // Jest requires, and cannot require ES modules.
  bundle('index', 'packages/retake/src/index.ts', { commonJs: true, lazy: false }),
  ...internals.map((name) => bundle(name, `packages/retake/src/${name}.ts`, { commonJs: true, lazy: name !== eager })),
  ...Object.entries(shared).map(([name, input]) => {
    return bundle((sharedFiles[name] ?? '').slice(2, -'.cjs'.length), input, { commonJs: true, lazy: true })
  }),
])
