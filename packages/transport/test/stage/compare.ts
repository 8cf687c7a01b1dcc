import { expect } from 'vitest'
import type { LogEntry } from './log.ts'
import { type Format, runScenario } from './run-scenario.ts'
import { closedPort, servers } from './servers.ts'

export interface Comparison {
  /** What the taps heard. */
  readonly log: readonly LogEntry[]
  readonly trace: readonly (readonly unknown[])[]
  /** What the virtual run swallowed. */
  readonly swallowed: readonly LogEntry[]
}

/**
 * Runs a scenario untouched, tapped, and then with its server stopped against a peer that plays back; all three must see
 * the same.
 * @param peer Whether the peer plays whole connections back, or answers exchanges on whatever connection.
 */
export async function compareRuns(
  name: string,
  server: keyof typeof servers | undefined,
  format: Format,
  peer: 'connections' | 'exchanges' = 'connections',
): Promise<Comparison> {
  const live = server === undefined ? undefined : await servers[server]()
  const environment = { ...live?.environment, STAGE_CLOSED_PORT: String(await closedPort()), STAGE_PEER: peer }
  const plain = await runScenario(name, 'plain', format, environment)
  const tapped = await runScenario(name, 'tap', format, environment)
  await live?.close()
  expect(tapped.trace, 'tapped as untouched').toEqual(plain.trace)
  expect(tapped.stderr).toBe(plain.stderr)
  expect(tapped.exitCode).toBe(plain.exitCode)
  const virtual = await runScenario(name, 'virtual', format, environment, tapped.logFile)
  expect(virtual.stderr).toBe(plain.stderr)
  expect(virtual.trace, 'virtual as untouched').toEqual(plain.trace)
  expect(virtual.exitCode).toBe(plain.exitCode)
  return { log: tapped.log, trace: plain.trace, swallowed: virtual.log }
}
