import net from 'node:net'
import { describe, it } from 'vitest'
import { compareRuns } from './stage/compare.ts'

const host = process.env['PGHOST'] ?? '127.0.0.1'
const port = Number(process.env['PGPORT'] ?? 5432)

const answers = await new Promise<boolean>((resolve) => {
  const socket = net.connect(port, host, () => {
    socket.destroy()
    resolve(true)
  })
  socket.on('error', () => resolve(false))
})

describe.skipIf(!answers).each(['esm', 'cjs'] as const)('%s', (format) => {
  it('pg with its pool and a cursor', async () => {
    await compareRuns('postgres', undefined, format)
  })
})
