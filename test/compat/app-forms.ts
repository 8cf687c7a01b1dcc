import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { buildSync } from 'esbuild'

const apps = path.resolve(import.meta.dirname, 'apps')

/** One source of the service in every form in which people run theirs. */
export type AppForm = 'esm' | 'cjs' | 'bundle-esm' | 'bundle-cjs'

/**
 * File of the service in a form. Twins are generated beside the source, never copied by hand; bundles have every driver
 * inside, so that no module hook can find them.
 */
export function serviceFile(form: AppForm): string {
  const source = path.join(apps, 'service.mjs')
  if (form === 'esm') return source
  const folder = path.resolve(import.meta.dirname, 'dist')
  mkdirSync(folder, { recursive: true })
  writeFileSync(path.join(folder, 'package.json'), '{"private":true}\n')
  const bundled = form.startsWith('bundle')
  const isModule = form.endsWith('esm')
  const outfile = path.join(folder, `${form}.${isModule ? 'mjs' : 'cjs'}`)
  buildSync({
    entryPoints: [source],
    outfile,
    bundle: bundled,
    platform: 'node',
    target: 'node20',
    format: isModule ? 'esm' : 'cjs',
    logLevel: 'error',
    ...(bundled ? { external: ['pg-native'] } : {}),
    ...(bundled && isModule
      ? { banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" } }
      : {}),
    // CommonJS has no await at the top level: the twin starts when its table is there.
    ...(isModule
      ? {}
      : {
          stdin: { contents: withoutTopLevelAwait(source), resolveDir: apps, sourcefile: 'service.mjs', loader: 'js' },
          entryPoints: undefined as never,
        }),
  })
  return outfile
}

function withoutTopLevelAwait(file: string): string {
  const text = process.getBuiltinModule('node:fs').readFileSync(file, 'utf8')
  const lines = text.split('\n')
  const from = lines.findIndex((line) => line.startsWith('await '))
  const imports = lines.slice(0, from)
  return [...imports, 'async function start() {', ...lines.slice(from), '}', 'start()', ''].join('\n')
}
