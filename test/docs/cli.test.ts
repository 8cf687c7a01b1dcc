import { spawnSync } from 'node:child_process'
import path from 'node:path'
import { expect, test } from 'vitest'
import { codeBlocks, codeIn, pageText } from './markdown.ts'

const page = 'docs/cli.md'
const retake = path.resolve(import.meta.dirname, '../../packages/retake/dist/cli.js')

function help(...words: readonly string[]): string {
  const { stdout, status } = spawnSync(process.execPath, [retake, ...words, '--help'], {
    encoding: 'utf8',
    env: { COLUMNS: '200', PATH: process.env['PATH'] ?? '' },
  })
  expect(status).toBe(0)
  return stdout
}

const commands = Array.from(help().matchAll(/^ {2}(\w+) /gm), ([, name]) => name ?? '').filter(
  (name) => name !== 'help' && !/^\d/.test(name),
)
const common = ['--cassette', '--config', '--json', '--help']
/** Sections by the commands in their headings: `## list, show`. */
const sections = pageText(page)
  .split(/^## /m)
  .slice(1)
  .map((text) => ({ names: (text.split('\n', 1)[0] ?? '').split(', '), text }))

test('every command has a section and a line of usage, as its help says it', () => {
  const [usage] = codeBlocks(page)
  const lines = usage?.text.trim().split('\n') ?? []
  expect(lines.map((line) => line.split(/\s+/)[1]).sort()).toEqual([...commands].sort())
  expect(sections.flatMap(({ names }) => names)).toEqual(expect.arrayContaining(commands))
  for (const line of lines) {
    const [, name = '', ...rest] = line.split(/\s+/)
    expect(help(name), line).toContain(`Usage: retake ${name} ${rest.join(' ')}`)
  }
})

test.each(commands)('the options of %s are those of its help', (name) => {
  const section = sections.find(({ names }) => names.includes(name))?.text ?? ''
  const inHelp = Array.from(help(name).matchAll(/^ {2}(?:-\w, )?(--[\w-]+)/gm), ([, option]) => option ?? '').filter(
    (option) => !common.includes(option),
  )
  const documented = Array.from(section.matchAll(/^\| `(--[\w-]+)/gm), ([, option]) => option ?? '')
  // A section without a table names its options in its text.
  if (documented.length > 0) expect([...documented].sort()).toEqual([...inHelp].sort())
  else
    for (const option of inHelp)
      expect(
        codeIn(section).some((code) => code.startsWith(option)),
        option,
      ).toBe(true)
})

test('the README names every command', () => {
  const line = /^\| commands \|(.*)\|$/m.exec(pageText('README.md'))?.[1] ?? ''
  expect(codeIn(line).sort()).toEqual([...commands].sort())
})

test('the exit codes are those of the help', () => {
  for (const [, code] of help('replay').matchAll(/^ {2}(\d) {2}/gm)) expect(pageText(page)).toMatch(new RegExp(`^\\| ${code} \\|`, 'm'))
})
