import { mkdirSync, writeFileSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import { buildSync } from 'esbuild'
import { here } from './measure.mjs'

/** Loads packages' sources as one bundle. @param contents Exports what is wanted. */
export async function bundled(name, contents) {
  const out = here(import.meta.url, `dist/${name}.mjs`)
  mkdirSync(here(import.meta.url, 'dist'), { recursive: true })
  const { outputFiles } = buildSync({
    stdin: { contents, resolveDir: here(import.meta.url, '.') },
    bundle: true,
    platform: 'node',
    format: 'esm',
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
    write: false,
    logLevel: 'error',
  })
  writeFileSync(out, outputFiles[0].contents)
  return import(pathToFileURL(out).href)
}
