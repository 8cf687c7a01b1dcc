/**
 * `npm test`: builds, checks, and runs every test. Services that tests need are used where they answer and started where
 * they do not. The last line is `N passed, N failed, N skipped`, counted in tests and steps.
 */
import { spawnSync } from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'

const root = path.resolve(import.meta.dirname, '../..')
const counts = { passed: 0, failed: 0, skipped: 0 }

/** Runs one step with its output shown. */
function step(name, command, args) {
  console.log(`\n── ${name}`)
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: 'inherit' })
  if (error !== undefined) console.error(error.message)
  return status === 0
}

function counted(name, command, args) {
  const ok = step(name, command, args)
  counts[ok ? 'passed' : 'failed']++
  return ok
}

// The compatibility suite runs the other releases of Node from npm packages, which there are for this platform.
if (process.platform === 'linux' && process.arch === 'x64') {
  counted('other releases of Node', 'npm', ['ci', '--prefix', 'test/nodes', '--no-fund', '--no-audit', '--silent'])
}
if (counted('build', 'npm', ['run', 'build', '--silent'])) {
  counted('check', 'npm', ['run', 'check', '--silent'])
  const report = path.join(fs.mkdtempSync(path.join(os.tmpdir(), 'retake-tests-')), 'report.json')
  const ok = step('tests', 'npx', ['vitest', 'run', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`])
  countTests(report, ok)
}
console.log(`\n${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`)
process.exitCode = counts.failed === 0 ? 0 : 1

function countTests(report, ok) {
  if (!fs.existsSync(report)) {
    counts.failed++
    return
  }
  const { numPassedTests, numFailedTests, numPendingTests, numTodoTests, numFailedTestSuites } = JSON.parse(fs.readFileSync(report, 'utf8'))
  counts.passed += numPassedTests
  counts.failed += numFailedTests
  counts.skipped += numPendingTests + numTodoTests
  // A file that failed to load has no tests to count.
  if (!ok && numFailedTests === 0) counts.failed += Math.max(1, numFailedTestSuites)
}
