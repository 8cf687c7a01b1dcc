import { readFileSync } from 'node:fs'
import { defineConfig, type RolldownOptions } from 'rolldown'

const { version, dependencies } = JSON.parse(readFileSync('packages/retake/package.json', 'utf8')) as {
  version: string
  dependencies: { readonly [name: string]: string }
}

/**
 * One file per entry: 150 small modules cost 70 ms of start-up, one file costs nothing. Entries find each other at run
 * time by file name (`register` loads `engine` only where there is something to do), so nothing is shared through chunks.
 */
const entries = ['register', 'index', 'config', 'instrumentation', 'cli']
/** Loaded synchronously by the entries: as CommonJS that takes 5 to 8 ms less, and V8's code can be kept. */
const internals = ['engine-record', 'engine-replay', 'engine-test', 'recording-thread', 'recording-worker']

const external = [/^node:/, ...Object.keys(dependencies).map((name) => new RegExp(`^${name}(/.*)?$`))]

export default defineConfig(
  [...entries, ...internals].map((entry): RolldownOptions => ({
    input: { [entry]: `packages/retake/src/${entry}.ts` },
    platform: 'node',
    external,

    transform: { define: { 'process.env.RETAKE_BUILD_VERSION': JSON.stringify(version) } },
    treeshake: { moduleSideEffects: false },
    output: {
      dir: 'packages/retake/dist',
      ...(internals.includes(entry) ? { format: 'cjs', strict: true, entryFileNames: '[name].cjs' } : { entryFileNames: '[name].js' }),
      codeSplitting: false,
      minify: { compress: false, mangle: false, codegen: { removeWhitespace: true } },
      sourcemap: false,
      ...(entry === 'cli' ? { banner: '#!/usr/bin/env node' } : {}),
    },
  })),
)
