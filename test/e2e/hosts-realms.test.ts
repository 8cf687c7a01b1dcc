import fs from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { register } from '../harness/app-process.ts'
import { nodeVersions } from '../harness/node-versions.ts'
import { apps, Workplace } from './workplace.ts'

let place: Workplace
beforeEach(async () => {
  place = await Workplace.open()
}, 600_000)
afterEach(() => place.close())

const require = createRequire(import.meta.url)
const jest = path.join(path.dirname(require.resolve('jest/package.json')), 'bin', 'jest.js')

async function run(mode: 'record' | 'replay', node: string, name: string, options: readonly string[]): Promise<string> {
  const { ended, output } = await place.run(mode, {
    node,
    args: [jest, '--ci', `--cacheDirectory=${path.join(place.directory, 'cache')}`, ...options],
    preload: false,
    cwd: path.join(apps, 'realms'),
    env: { NODE_OPTIONS: `--import ${register}`, RESULT: path.join(place.directory, name) },
  })
  expect(ended, output).toBe(0)
  return output
}

function drawn(name: string, file: string): unknown {
  return JSON.parse(fs.readFileSync(path.join(place.directory, `${name}.${file}`), 'utf8'))
}

/** The cache of Jest is empty when recorded, and full when replayed: that changes what Jest itself draws, and in which order it takes the files. */
test.each(nodeVersions())(
  'Jest as a whole, on Node $name: the realm of a file draws the same in any worker, order and alone',
  async ({ executable }) => {
    await run('record', executable, 'recorded', ['--maxWorkers=2'])
    for (const [name, options] of [
      ['in-band', ['--runInBand']],
      ['workers', ['--maxWorkers=2']],
    ] as const) {
      const output = await run('replay', executable, name, options)
      for (const file of ['one', 'two']) expect(drawn(name, file), output).toEqual(drawn('recorded', file))
      expect(output).not.toMatch(/more \w+ than recorded|did not come/)
    }
    const output = await run('replay', executable, 'alone', ['two.jest'])
    expect(drawn('alone', 'two'), output).toEqual(drawn('recorded', 'two'))
  },
  600_000,
)
