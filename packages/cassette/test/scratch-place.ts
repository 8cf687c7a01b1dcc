import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'

/** A directory for one test file, removed at its end. */
export function scratchPlace(): string {
  const directory = mkdtempSync(join(tmpdir(), 'retake-cassette-'))
  afterAll(() => rmSync(directory, { recursive: true, force: true }))
  return directory
}
