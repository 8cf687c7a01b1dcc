import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { buildSync } from 'esbuild'

const folder = path.resolve(import.meta.dirname, 'app')

/** The service as it stands, and its generated CommonJS twin. */
export type ServiceForm = 'esm' | 'cjs'

/** File of the service in a form. Libraries stay outside of the twin, so that it loads them as a CommonJS app does. */
export function serviceFile(form: ServiceForm): string {
  if (form === 'esm') return path.join(folder, 'service.mjs')
  const dist = path.resolve(import.meta.dirname, 'dist')
  mkdirSync(dist, { recursive: true })
  writeFileSync(path.join(dist, 'package.json'), '{"private":true}\n')
  const outfile = path.join(dist, 'service.cjs')
  buildSync({
    entryPoints: [path.join(folder, 'service.mjs')],
    outfile,
    bundle: true,
    packages: 'external',
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    logLevel: 'error',
  })
  return outfile
}

/** Name of the module that each route is in, in the order of the files and of their source. */
export const moduleOf: ReadonlyMap<string, string> = new Map(
  readdirSync(folder)
    .sort()
    .flatMap((file) => {
      const found = readFileSync(path.join(folder, file), 'utf8').matchAll(/^ {2}'(\/[^']*)': /gm)
      return [...found].map(([, route]) => [route ?? '', path.basename(file, '.mjs')] as const)
    }),
)

/** Paths of all routes. */
export const routes: readonly string[] = [...moduleOf.keys()]
