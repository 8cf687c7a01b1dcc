import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'
import { SlowestFirst } from './test/harness/slowest-first.ts'

// Certificates of a machine's own: Node 20 reads them at each start, which takes 40 ms, and no test asks a host that they vouch for.
delete process.env['NODE_EXTRA_CA_CERTS']

export default defineConfig({
  test: {
    include: ['packages/*/test/**/*.test.ts', 'test/**/*.test.ts'],
    setupFiles: ['test/harness/property-seed.ts', 'test/harness/leftover-processes.ts'],
    pool: 'forks',
    // Most tests wait for processes that they started.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    sequence: { sequencer: SlowestFirst },
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
})
