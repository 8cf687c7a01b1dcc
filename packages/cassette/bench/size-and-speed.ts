/**
 * Size on disk, and the time that writing, opening and reading take. Run: npx tsx packages/cassette/bench/size-and-speed.ts
 */
import { primordials } from '@retake/core'
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CassetteWriter, openCassette } from '../src/index.ts'
import { httpCall, sampleCounts, sampleHeader, sampleKeys, sampleTake } from '../test/sample-session.ts'

const directory = mkdtempSync(join(tmpdir(), 'retake-bench-'))
const now = primordials.performanceNow

function measure(name: string, write: (writer: CassetteWriter) => void, key: string, id: string): void {
  const path = join(directory, `${name.replaceAll(/\W+/g, '-')}.retake`)
  const start = now()
  const writer = CassetteWriter.create(path, sampleHeader)
  write(writer)
  const appended = now()
  writer.close(sampleCounts)
  const closed = now()
  const open = median(() => openCassette(path).close())
  const cassette = openCassette(path)
  const calls = cassette.callsByKey(key).length
  const find = median(() => cassette.callsByKey(key))
  const read = median(() => cassette.take(id))
  let takes = 0
  const list = now()
  for (const _ of cassette.takes) takes++
  const listed = now() - list
  console.log(
    `${name}: ${(statSync(path).size / 1e6).toFixed(3)} MB, written in ${(appended - start).toFixed(0)} ms, closed in ${(closed - appended).toFixed(1)} ms, ` +
      `opened in ${open.toFixed(2)} ms, ${calls} calls by key in ${find.toFixed(3)} ms, one take in ${read.toFixed(3)} ms, ${takes} takes listed in ${listed.toFixed(1)} ms`,
  )
}

function median(run: () => unknown): number {
  const times = Array.from({ length: 21 }, () => {
    const start = now()
    run()
    return now() - start
  })
  return times.sort((a, b) => a - b)[10] as number
}

const callTimes = 5000
const calls = Array.from({ length: callTimes }, (_, index) => httpCall(index, index % 200, index * 1.037))
const main = {
  id: `${sampleHeader.id}-main`,
  trigger: { kind: 'process', process: 'script' } as const,
  startedAt: sampleHeader.startedAt,
  durationMs: 5200,
}
const keyOf = (index: number): string => JSON.stringify([calls[index]?.call.protocol, calls[index]?.call.fields])
const slice = (from: number, size: number) => ({
  interactions: calls.slice(from, from + size),
  segments: calls
    .slice(from, from + size)
    .map(({ id, startedAt }) => ({ token: { kind: 'call' as const, id, part: 0, at: startedAt + 1.3 }, draws: [] })),
})
const keysOf = (from: number, size: number) => ({
  calls: Array.from({ length: Math.min(size, callTimes - from) }, (_, index) => keyOf(from + index)),
})

measure(
  '5000 calls in one take, appended at once',
  (writer) => writer.append({ ...main, ...slice(0, callTimes) }, keysOf(0, callTimes)),
  keyOf(7),
  main.id,
)
measure(
  '5000 calls in one take, flushed every 50',
  (writer) => {
    writer.append({ ...main, ...slice(0, 50) }, keysOf(0, 50))
    for (let from = 50; from < callTimes; from += 50) {
      writer.increment(main.id, { ...slice(from, 50), durationMs: from }, keysOf(from, 50))
      writer.flush()
    }
  },
  keyOf(7),
  main.id,
)
for (const count of [1000, 10_000, 100_000]) {
  const key = JSON.stringify(['http1', httpCall(0, 7, 0).call.fields])
  measure(
    `${count} takes of three calls, flushed every 20`,
    (writer) => {
      for (let number = 1; number <= count; number++) {
        const take = sampleTake(number)
        writer.append(take, sampleKeys({ ...take, trigger: { ...take.trigger } }))
        if (number % 20 === 0) writer.flush()
      }
    },
    count > 1000 ? `${key} ` : key,
    `${sampleHeader.id}-${count - 7}`,
  )
}
measure(
  '200 takes of three calls, each flushed alone',
  (writer) => {
    for (let number = 1; number <= 200; number++) {
      const take = sampleTake(number)
      writer.append(take, sampleKeys(take))
      writer.flush()
    }
  },
  'none',
  `${sampleHeader.id}-7`,
)
rmSync(directory, { recursive: true })
