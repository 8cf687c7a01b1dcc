import fs from 'node:fs'
import path from 'node:path'
import { scopes } from '@retake/core'
import type { OpenTest, Session } from './session.ts'
import type { Settings } from './settings/settings.ts'

/**
 * Runs a file of tests as a take of its own, with a cassette of its own, in a process that is recorded or replayed as a whole:
 * a test runner gives its files to its workers as it likes.
 *
 * Where no such take can be had (an older recording; one cassette that is not on this disk) the file is part of `main`.
 */
export async function runTestFile<T>(session: Session, settings: Settings, file: string, run: () => Promise<T>): Promise<T> {
  const test = openFile(session, settings, file)
  if (test === undefined) return run()
  try {
    return await scopes.run(test.scope, run)
  } finally {
    try {
      test.end(true)
    } catch (error) {
      // The tests are the runner's affair, and their results stand.
      session.notice('error', `${file}: ${error instanceof Error ? error.message : String(error)}`, 'RETAKE_RECORDER_FAILED')
    }
  }
}

function openFile(session: Session, { cassette }: Settings, file: string): OpenTest | undefined {
  const { mode } = session
  if (mode === 'auto' || cassette.includes('://')) return undefined
  const name = path.relative(process.cwd(), file).replaceAll('\\', '/')
  const place = placeOf(path.resolve(cassette), name)
  if (mode === 'replay' && !fs.existsSync(place)) return undefined
  return session.open(name, place, mode)
}

/** Beside the cassettes of the processes, under the path of the file of tests; what is outside of the project by its whole path. */
function placeOf(cassette: string, name: string): string {
  const folder = cassette.endsWith('.retake') ? cassette.slice(0, -'.retake'.length) : cassette
  return `${path.join(folder, 'test-files', ...name.split('/').map((part) => (part === '..' ? '_' : part.replace(':', ''))))}.retake`
}
