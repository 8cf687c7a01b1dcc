import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { openCassette } from '../src/index.ts'
import { cassetteAsJson } from './cassette-as-json.ts'

const golden = fileURLToPath(new URL('../../../test/fixtures/cassettes/v1/', import.meta.url))
const names = readdirSync(golden).filter((name) => name.endsWith('.retake'))

it('has golden files', () => expect(names).toEqual(['not-finished.retake', 'requests.retake', 'values.retake']))

it.each(names)('reads %s, which the first release wrote, as it was meant', (name) => {
  using cassette = openCassette(join(golden, name))
  expect(cassetteAsJson(cassette)).toEqual(JSON.parse(readFileSync(join(golden, name.replace('.retake', '.json')), 'utf8')))
})
