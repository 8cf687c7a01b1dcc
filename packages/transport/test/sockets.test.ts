import { describe, it } from 'vitest'
import { compareRuns } from './stage/compare.ts'
import type { servers } from './stage/servers.ts'

/** Scenario, and the server it needs. Each runs untouched, tapped and virtual, and must see the same three times. */
const scenarios: readonly (readonly [name: string, server: keyof typeof servers | undefined])[] = [
  ['echo', 'echo'],
  ['unix-echo', 'unixEcho'],
  ['greeter', 'greeter'],
  ['half-open', 'firstToEnd'],
  ['write-after-fin', 'firstToEnd'],
  ['write-after-end', 'echo'],
  ['download', 'fountain'],
  ['readable', 'fountain'],
  ['upload', 'sink'],
  ['pipe', 'echo'],
  ['own-buffer', 'fountain'],
  ['generated-buffers', 'echo'],
  ['encodings', 'echo'],
  ['refused', undefined],
  ['refused-everywhere', undefined],
  ['second-address', 'echo'],
  ['unknown-host', undefined],
  ['missing-path', undefined],
  ['reset-by-peer', 'resetting'],
  ['idle-timeout', 'silent'],
  ['destroy', 'echo'],
  ['abort-signal', 'echo'],
  ['reconnect', 'echo'],
  ['bad-arguments', undefined],
  ['unref', 'silent'],
  ['contexts', 'echo'],
  ['ticks', 'echo'],
  ['throwing', 'echo'],
]

describe.each(['esm', 'cjs'] as const)('%s', (format) => {
  it.each(scenarios)('%s', async (name, server) => {
    await compareRuns(name, server, format)
  })
})
