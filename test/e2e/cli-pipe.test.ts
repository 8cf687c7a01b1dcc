import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { expect, test } from 'vitest'
import { retakeFile } from './cli-session.ts'

test.each([['stdout'], ['stderr']] as const)('a reader of %s that has gone is no failure', async (name) => {
  const words = name === 'stdout' ? ['--help'] : ['no-such-command']
  const child = spawn(process.execPath, [retakeFile, ...words])
  child[name].destroy()
  let rest = ''
  child[name === 'stdout' ? 'stderr' : 'stdout'].setEncoding('utf8').on('data', (text: string) => (rest += text))
  const [exitCode] = (await once(child, 'close')) as [number]
  expect(rest).toBe('')
  expect(exitCode).toBe(name === 'stdout' ? 0 : 2)
})
