import { mkdirSync, writeFileSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import { buildSync } from 'esbuild'
import { here, median } from '../measure.mjs'

let opening

/** ms that it takes to open what is stored at a path, in a warm process; the median of eleven. */
export async function timeOpening(path) {
  opening ??= await load()
  const figures = []
  for (let round = 0; round < 11; round++) {
    const began = performance.now()
    const cassette = await opening(path)
    figures.push(performance.now() - began)
    await cassette.close?.()
  }
  return median(figures)
}

async function load() {
  const out = here(import.meta.url, '../dist/opening.mjs')
  mkdirSync(here(import.meta.url, '../dist'), { recursive: true })
  const { outputFiles } = buildSync({
    stdin: { contents: "export { openCassette } from '@retake/cassette'", resolveDir: here(import.meta.url, '.') },
    bundle: true,
    platform: 'node',
    format: 'esm',
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
    write: false,
    logLevel: 'error',
  })
  writeFileSync(out, outputFiles[0].contents)
  return (await import(pathToFileURL(out).href)).openCassette
}
