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
  // A machine's own certificates take Node 20 40 ms to read, and more of the crypto library is loaded then than in a bare start.
  const { NODE_EXTRA_CA_CERTS: _certificates, ...environment } = process.env
  // Each start that records adds a file: what is replayed is kept apart, or every round would open one more.
  const start = (mode, place = mode === 'record' ? join(folder, 'recorded') : cassette) => {
    const began = performance.now()
    const args = mode === 'bare' ? [empty] : ['--import', register, empty]
    const { status, stderr } = spawnSync('bash', ['-c', 'TIMEFORMAT="%U %S"; time "$@"', '-', process.execPath, ...args], {
      env: { ...environment, NODE_OPTIONS: '', RETAKE_MODE: mode === 'bare' ? '' : mode, RETAKE_CASSETTE: place, RETAKE_LOG: 'warn' },
      cwd: folder,
      encoding: 'utf8',
    })
    if (status !== 0) throw new Error(`${mode}: ${stderr}`)
    const [user, system] = (stderr.trim().split('\n').at(-1) ?? '').split(' ').map(Number)
    return { wall: performance.now() - began, cpu: (user + system) * 1000 }
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
  const wall = (mode) => median(figures[mode].map((figure) => figure.wall))
  const cpu = (mode) => median(figures[mode].map((figure) => figure.cpu))
  // What else runs on the machine only ever adds.
  const leastCpu = (mode) => Math.min(...figures[mode].map((figure) => figure.cpu))
  const added = (of, mode) => of(mode) - of('bare')
  const limits = { off: 2, record: 40, replay: 40 }
  return {
    title: 'Start-up',
    method: `${rounds} starts of a script that does nothing, taking turns: wall clock, and CPU of the process (all threads).`,
    text: table(
      ['mode', 'wall, median', 'added', 'CPU, median', 'added', 'CPU, least', 'added, ms'],
      modes.map((mode) => [mode, ...[wall, cpu, leastCpu].flatMap((of) => [of(mode).toFixed(1), added(of, mode).toFixed(1)])]),
    ),
    budgets: modes
      .filter((mode) => mode !== 'bare')
      .map((mode) => {
        const more = added(wall, mode)
        return [`start-up, ${mode}`, `≤ +${limits[mode]} ms`, `+${more.toFixed(1)} ms`, verdict(more <= limits[mode])]
      }),
  }
}
