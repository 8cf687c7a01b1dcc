import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'

const root = path.resolve(import.meta.dirname, '../..')
let project: string
let files: readonly string[]

/** A project of a user's: the packed release, and the dependencies that it names. */
beforeAll(() => {
  project = mkdtempSync(path.join(tmpdir(), 'retake-package-'))
  const [packed] = JSON.parse(
    execFileSync('npm', ['pack', '--json', '--pack-destination', project], { cwd: path.join(root, 'packages/retake'), encoding: 'utf8' }),
  )
  files = packed.files.map((file: { path: string }) => file.path)
  const modules = path.join(project, 'node_modules')
  mkdirSync(path.join(modules, '@opentelemetry'), { recursive: true })
  execFileSync('tar', ['-xzf', path.join(project, packed.filename), '-C', modules])
  execFileSync('mv', [path.join(modules, 'package'), path.join(modules, 'retake')])
  const { dependencies } = JSON.parse(readFileSync(path.join(modules, 'retake/package.json'), 'utf8'))
  for (const name of Object.keys(dependencies)) symlinkSync(path.join(root, 'node_modules', name), path.join(modules, name))
})
afterAll(() => rmSync(project, { recursive: true, force: true }))

test('nothing but bundles and declarations is published', () => {
  const unexpected = files.filter(
    (file) =>
      !/^(package\.json|README\.md|LICENSE|NOTICE|docs\/[a-z-]+\.md|dist\/THIRD-PARTY-LICENSES\.txt|dist\/[a-z-]+\.c?js|dist\/types\/.+\.d\.ts)$/.test(
        file,
      ),
  )
  expect(unexpected).toEqual([])
})

test('what others wrote is named, with its licence: what is in the bundles, and what keys are checked against', () => {
  const read = (file: string): string => readFileSync(path.join(project, 'node_modules/retake', file), 'utf8')
  expect(read('NOTICE')).toContain('secretlint')
  const licences = read('dist/THIRD-PARTY-LICENSES.txt')
  for (const bundled of ['zod', 'strip-json-comments']) expect(licences).toMatch(new RegExp(`^${bundled} \\d`, 'm'))
  expect(licences).not.toMatch(/undefined|no licence/)
})

test('what messages name can be read where the package is installed', () => {
  for (const file of ['README.md', 'LICENSE', 'docs/errors.md', 'docs/configuration.md']) expect(files).toContain(file)
})

test('no bundle reaches for a private package, and no declaration names one', () => {
  for (const file of files.filter((name) => name.startsWith('dist/'))) {
    const text = readFileSync(path.join(project, 'node_modules/retake', file), 'utf8')
    expect(/(?:from|import\(|require\()\s*['"]@retake\//.test(text), file).toBe(false)
  }
})

test('every entry loads by its name', () => {
  const script = `
    const retake = await import('retake'); const config = await import('retake/config'); const { RetakeInstrumentation } = await import('retake/instrumentation');
    await import('retake/register');
    console.log(Object.keys(retake).sort().join(), typeof config.defineConfig, typeof RetakeInstrumentation)`
  const output = execFileSync(process.execPath, ['--input-type=module', '-e', script], { cwd: project, encoding: 'utf8' })
  expect(output.trim()).toBe('References,RetakeError,compare,rulesFor,seam,useCassette,withCassette function function')
})

test('there is one copy of the OpenTelemetry api and of the instrumentation base in the tree', () => {
  const { packages } = JSON.parse(readFileSync(path.join(root, 'package-lock.json'), 'utf8')) as { packages: Record<string, unknown> }
  const copies = (name: string): string[] => Object.keys(packages).filter((place) => place.endsWith(`node_modules/${name}`))
  expect(copies('@opentelemetry/api')).toHaveLength(1)
  expect(copies('@opentelemetry/instrumentation')).toHaveLength(1)
  expect(copies('import-in-the-middle')).toHaveLength(1)
})
