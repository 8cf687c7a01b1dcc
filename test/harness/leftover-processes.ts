import { readdirSync, readFileSync } from 'node:fs'
import { afterAll } from 'vitest'

/**
 * A test that fails, or runs out of time, does not get to stop what it started: whatever a file of tests has left running is ended
 * with it. What its apps started in turn is ended too. Only on Linux, where `/proc` says who is whose.
 */
afterAll(() => {
  if (process.platform !== 'linux') return
  for (const pid of descendants()) {
    try {
      process.kill(pid, 'SIGKILL')
    } catch {
      // It has ended since.
    }
  }
})

function descendants(): readonly number[] {
  const parents = new Map(
    readdirSync('/proc')
      .filter(isNumber)
      .map((pid) => [Number(pid), parentOf(pid)]),
  )
  const found = new Set([process.pid])
  // A parent may have a higher number than its child: numbers begin again.
  for (let before = 0; before < found.size;) {
    before = found.size
    for (const [pid, parent] of parents) if (parent !== undefined && found.has(parent)) found.add(pid)
  }
  found.delete(process.pid)
  return [...found]
}

function isNumber(name: string): boolean {
  return /^\d+$/.test(name)
}

/** The second field behind the name, which stands in parentheses and may have any character (proc_pid_stat(5)). */
function parentOf(pid: string): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1])
  } catch {
    return undefined
  }
}
