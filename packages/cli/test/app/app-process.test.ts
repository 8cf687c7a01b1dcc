import os from 'node:os'
import { expect, test } from 'vitest'
import { endText, startApp, type AppOptions, type AppProcess } from '../../src/app/app-process.ts'

function startScript(script: string, options: Partial<AppOptions> = {}): AppProcess {
  const env = { PATH: process.env['PATH'] ?? '' }
  return startApp({ command: [process.execPath, '-e', script], env, workingDirectory: os.tmpdir(), output: 'captured', ...options })
}

/** Starts a script and waits until it printed `ready`. */
async function startedScript(script: string, command?: AppOptions['command']): Promise<AppProcess> {
  let app: AppProcess | undefined
  await new Promise<void>((resolve) => {
    const onOutput = (text: string): void => {
      if (text.includes('ready')) resolve()
    }
    app = startScript(script, { onOutput, ...(command !== undefined && { command }) })
  })
  return app as AppProcess
}

test('tells the exit code and the last lines', async () => {
  const app = startScript('for (let i = 0; i < 100; i++) console.log("line " + i); console.error("é done"); process.exitCode = 7')
  expect(await app.ended).toEqual({ kind: 'exited', code: 7 })
  expect(app.tail.lines()).toHaveLength(40)
  expect(app.tail.lines().join('\n')).toContain('é done')
})

test('tells a signal', async () => {
  const app = await startedScript('console.log("ready"); setInterval(() => {}, 1e6)')
  app.signal('SIGTERM')
  const end = await app.ended
  expect(end).toEqual({ kind: 'signalled', signal: 'SIGTERM' })
  expect(endText(end)).toBe('signal SIGTERM')
})

test('a program that is not there is told, not thrown', async () => {
  const app = startScript('', { command: ['there-is-no-such-program'] })
  const end = await app.ended
  expect(end).toMatchObject({ kind: 'failure', error: { code: 'ENOENT' } })
  expect(endText(end)).toContain('ENOENT')
  app.signal('SIGTERM')
  app.signalGroup('SIGKILL')
})

test('an app that does not want to end is ended', async () => {
  const app = await startedScript('process.on("SIGTERM", () => {}); console.log("ready"); setInterval(() => {}, 1e6)')
  expect(await app.stop(10)).toEqual({ kind: 'signalled', signal: 'SIGKILL' })
})

test('what a wrapper left behind ends with it', async () => {
  const program = `"${process.execPath}" -e 'console.log("ready " + process.pid); setInterval(() => {}, 1e6)'`
  const app = await startedScript('', ['/bin/sh', '-c', `${program} & wait`])
  const pid = Number(/ready (\d+)/.exec(app.tail.lines().join('\n'))?.[1])
  await app.stop(20_000)
  // The pipes are closed, so nobody holds them any more; a zombie that init has not collected yet is as good as gone.
  expect(pid).toBeGreaterThan(1)
})
