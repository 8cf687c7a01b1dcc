/** Loaded by `--import` into the scenario's process; does what the environment says. */
import { readFileSync, writeFileSync } from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import { PatchRegistry, scopes } from '@retake/core'
import { installTransport } from '../../src/index.ts'
import { exchangeSeam } from './exchange-seam.ts'
import { listeningSeam } from './listening-seam.ts'
import { decodeBytes, encodeBytes, type LogEntry } from './log.ts'
import { playbackSeam } from './playback-seam.ts'

const { STAGE_MODE: mode, STAGE_LOG: logFile = '' } = process.env
const patches = new PatchRegistry()
const log: LogEntry[] = []

if (mode === 'tap') installTransport(patches, listeningSeam(log))
if (mode === 'virtual') {
  const recorded = JSON.parse(readFileSync(logFile, 'utf8'), decodeBytes) as LogEntry[]
  installTransport(patches, process.env['STAGE_PEER'] === 'exchanges' ? exchangeSeam(recorded) : playbackSeam(recorded, log))
}
syncBuiltinESMExports()

process.on('exit', () => {
  if (mode !== 'plain') writeFileSync(mode === 'tap' ? logFile : `${logFile}.virtual`, JSON.stringify(log, encodeBytes))
})

Object.defineProperty(globalThis, Symbol.for('retake.stage'), {
  value: { patches, installTransport, scopes, log },
})
