import { spawnSync } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type CodeBlock, codeBlocks, pages } from './markdown.ts'
import { DocProject } from './doc-project.ts'

const root = path.resolve(import.meta.dirname, '../..')

let project: DocProject
beforeAll(async () => {
  project = await DocProject.open()
})
afterAll(() => project[Symbol.asyncDispose]())

const blocks = pages.flatMap(codeBlocks)
const named = (languages: readonly string[]) =>
  blocks.flatMap((block) => (languages.includes(block.language) ? [{ name: `${block.page}:${block.line}`, block }] : []))

test('every block says what it is; those without a language are outlines', () => {
  expect(new Set(blocks.map(({ language }) => language))).toEqual(
    new Set(blocks.map(({ language }) => (known.has(language) ? language : `unknown: ${language}`))),
  )
})
const known = new Set(['', 'sh', 'js', 'ts', 'json'])
const extensions: { readonly [language: string]: string } = { ts: 'ts', json: 'json' }

describe.each(named(['sh']))('$name', ({ block }) => {
  /** Lines of one block build on each other. */
  test('every line does what the page says', async () => {
    for (const { command, printed } of commandsIn(block)) {
      if (isOfTheRepository(command)) continue
      const { exitCode, output } = await project.run(command)
      expect(exitCode, `${command}\n${output}`).toBe(0)
      for (const line of printed) expect(output, command).toMatch(likeLine(line))
    }
  })
})

describe.each(named(['js', 'ts', 'json']))('$name', ({ block }) => {
  const name = /^\/\/ (\S+\.\w+)$/m.exec(block.text)?.[1] ?? `snippet-${block.line}.${extensions[block.language] ?? 'mjs'}`

  const checkTypes = (): void => {
    project.write(name, block.text)
    const compiler = path.join(root, 'node_modules/typescript/bin/tsc')
    const options = [
      '--noEmit',
      '--allowJs',
      '--checkJs',
      '--strict',
      '--skipLibCheck',
      '--module',
      'nodenext',
      '--target',
      'es2023',
      '--types',
      'node',
    ]
    // JavaScript says no types of parameters.
    const lax = block.language === 'js' ? ['--noImplicitAny', 'false'] : []
    const { status, stdout } = spawnSync(process.execPath, [compiler, ...options, ...lax, name], {
      cwd: project.directory,
      encoding: 'utf8',
    })
    expect(status, stdout).toBe(0)
  }
  if (block.language !== 'json') test('its types are right', checkTypes)

  test('it is read, or runs', async () => {
    project.write(name, block.text)
    const isConfig = block.language === 'json' || name.startsWith('retake.config.')
    // Whatever a command says of the cassette: a wrong configuration is found before, with exit code 2.
    const { exitCode, output } = await project.run(isConfig ? `retake list --config ${name} --cassette none` : `node ${name}`)
    fs.rmSync(path.join(project.directory, name))
    expect(exitCode, output).toBe(isConfig ? 4 : 0)
  })
})

interface Line {
  readonly command: string
  /** What the page shows of its output, in comments below it. */
  readonly printed: readonly string[]
}

function commandsIn({ text }: CodeBlock): Line[] {
  const lines: { command: string; printed: string[] }[] = []
  for (const line of text.split('\n')) {
    const shown = /^# {3}(.*)$/.exec(line)
    if (shown !== null) lines.at(-1)?.printed.push(shown[1] ?? '')
    else if (line.trim() !== '' && !line.startsWith('#')) lines.push({ command: line.replace(/\s+#.*$/, ''), printed: [] })
  }
  return lines
}

/** Installing is what the project did; what `npm` runs in this repository is run by its own tests. */
function isOfTheRepository(command: string): boolean {
  if (/^npm install\b/.test(command)) return true
  const scripts = (JSON.parse(fs.readFileSync(path.join(root, 'package.json'), 'utf8')) as { scripts: Record<string, string> }).scripts
  const asked = Array.from(command.matchAll(/npm (?:run )?([\w-]+)/g), ([, name]) => name ?? '').filter((name) => name !== 'ci')
  for (const name of asked) expect(Object.keys(scripts), command).toContain(name)
  return asked.length > 0
}

/** The same line with other numbers, times and spaces. */
function likeLine(line: string): RegExp {
  const escaped = line.trim().replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
  return new RegExp(escaped.replace(/\d+/g, '\\d+').replace(/\s+/g, '\\s+'))
}
