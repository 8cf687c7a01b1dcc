import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { median, register, retakeIsBuilt, rotated, table, verdict } from '../measure.mjs'

/** What Retake adds to the start of a process that does nothing. */
export function measureStartUp({ quick }) {
  // Away from this repository, whose node_modules have every driver there is.
  const folder = mkdtempSync(join(tmpdir(), 'retake-bench-'))
  const empty = join(folder, 'empty.mjs')
  writeFileSync(empty, '')
  const cassette = join(folder, 'cassettes')
  // Each start that records adds a file: what is replayed is kept apart, or every round would open one more.
  const start = (mode, place = mode === 'record' ? join(folder, 'recorded') : cassette) => {
    const began = performance.now()
    const args = mode === 'bare' ? [empty] : ['--import', register, empty]
    const { status, stderr } = spawnSync(process.execPath, args, {
      env: { ...process.env, NODE_OPTIONS: '', RETAKE_MODE: mode === 'bare' ? '' : mode, RETAKE_CASSETTE: place },
      cwd: folder,
    })
    if (status !== 0) throw new Error(`${mode}: ${stderr.toString()}`)
    return performance.now() - began
  }
  const modes = retakeIsBuilt ? ['bare', 'off', 'record', 'replay'] : ['bare']
  if (retakeIsBuilt) start('record', cassette)
  const figures = Object.fromEntries(modes.map((mode) => [mode, []]))
  const rounds = quick ? 8 : 25
  for (let round = -1; round < rounds; round++) {
    for (const mode of rotated(modes, round + 1)) {
      const figure = start(mode)
      if (round >= 0) figures[mode].push(figure)
    }
  }
  rmSync(folder, { recursive: true, force: true })
  const bare = median(figures.bare)
  const added = Object.fromEntries(modes.map((mode) => [mode, median(figures[mode]) - bare]))
  const limits = { off: 2, record: 40, replay: 40 }
  return {
    title: 'Start-up',
    method: `${rounds} starts of a script that does nothing, taking turns; wall clock, medians.`,
    text: table(
      ['mode', 'ms', 'added, ms'],
      modes.map((mode) => [mode, median(figures[mode]).toFixed(1), added[mode].toFixed(1)]),
    ),
    budgets: modes
      .filter((mode) => mode !== 'bare')
      .map((mode) => [`start-up, ${mode}`, `≤ +${limits[mode]} ms`, `+${added[mode].toFixed(1)} ms`, verdict(added[mode] <= limits[mode])]),
  }
}
