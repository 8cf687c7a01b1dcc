import { createRedactor, detectorNames, isTellingName, personalDataNames } from '@retake/redaction'
import { validateConfig } from '@retake/session'
import { expect, test } from 'vitest'
import { codeBlocks, codeIn, rowsOf } from './markdown.ts'

const page = 'docs/secrets.md'
const key = new Uint8Array(32).fill(11)
const first = (cell: string | undefined): string => codeIn(cell ?? '')[0] ?? ''

const detectors = rowsOf(page, 'detector').map((row) => [first(row['detector']), first(row['example'])] as const)
const classes = rowsOf(page, 'class').map((row) => [first(row['class']), first(row['example'])] as const)

test('every detector and every class of personal data has a row', () => {
  expect(detectors.map(([name]) => name).sort()).toEqual([...detectorNames].sort())
  expect(classes.map(([name]) => name).sort()).toEqual([...personalDataNames].sort())
})

test.each(detectors)('%s finds its example, and leaves it when it is left out', (name, example) => {
  const after = createRedactor({ key }).text(`see ${example} here`)
  expect(after).toHaveLength(example.length + 9)
  expect(after).not.toContain(example)
  expect(createRedactor({ key, rules: { without: [name] } }).text(`see ${example} here`)).toContain(example)
})

test.each(classes)('%s is found where it is asked for', (name, example) => {
  expect(createRedactor({ key }).text(example)).toBe(example)
  const redactor = createRedactor({ key, rules: { personal: personalDataNames.filter((one) => one === name) } })
  expect(redactor.text(example)).not.toBe(example)
  expect(redactor.text(example)).toHaveLength(example.length)
})

test.each(rowsOf(page, 'name').map((row) => [first(row['name']), row['is secret']] as const))('the name %s: %s', (name, isSecret) => {
  expect(isTellingName(name) ? 'yes' : 'no').toBe(isSecret)
  const value = createRedactor({ key }).named(name, 'swordfish')
  expect(value === 'swordfish' ? 'no' : 'yes').toBe(isSecret)
})

test('the rules of the page are rules', () => {
  const [block] = codeBlocks(page).filter(({ language, text }) => language === 'js' && text.includes('redact:'))
  const object = /defineConfig\((\{[\s\S]*\})\)/.exec(block?.text ?? '')?.[1] ?? ''
  // oxlint-disable-next-line no-implied-eval -- the text is the page's own
  const config = new Function(`return ${object}`)() as { redact: object }
  expect(validateConfig(config, page)).toEqual(config)
  expect(Object.keys(config.redact)).toEqual(['headers', 'fields', 'rules', 'allow', 'pii', 'without'])
})
