import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Scope } from '@retake/core'
import fc from 'fast-check'
import { afterAll, expect, test } from 'vitest'
import { armImmediate, armTimeout, clearAnyTimeout } from '../src/sources/timers.ts'
import { MemorySession } from './harness/memory-session.ts'

const directory = mkdtempSync(join(tmpdir(), 'programs-'))
afterAll(() => rmSync(directory, { recursive: true }))

/** What a program can do. */
type Step =
  | { readonly do: 'sleep' | 'call' | 'cleared'; readonly ms: number }
  | { readonly do: 'immediate' | 'draw' | 'clock' | 'job' | 'microtask' | 'uuid' }
  | { readonly do: 'interval'; readonly ms: number; readonly times: number }
  | { readonly do: 'sequence' | 'all' | 'race'; readonly steps: readonly Step[] }

const ms = fc.integer({ min: 0, max: 6 })
const { step } = fc.letrec<{ step: Step; steps: Step[] }>((tie) => ({
  steps: fc.array(tie('step'), { minLength: 1, maxLength: 4 }),
  step: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    fc.record({ do: fc.constantFrom('sleep' as const, 'call' as const, 'cleared' as const), ms }),
    fc.record({
      do: fc.constantFrom('immediate' as const, 'draw' as const, 'clock' as const, 'job' as const, 'microtask' as const, 'uuid' as const),
    }),
    fc.record({ do: fc.constant('interval' as const), ms, times: fc.integer({ min: 1, max: 3 }) }),
    fc.record({ do: fc.constantFrom('sequence' as const, 'all' as const, 'race' as const), steps: tie('steps') }),
  ),
}))

/** Runs a program in a take; @returns everything that it saw, in order. */
async function run(session: MemorySession, program: Step): Promise<unknown[]> {
  const take = session.begin('program')
  const { scope } = take
  const trace: unknown[] = []
  const sleep = (delay: number): Promise<void> => new Promise((resolve) => armTimeout(scope, false, () => resolve(), delay, [], run))
  const losers: Promise<void>[] = []
  const started = (racer: Promise<void>): Promise<void> => (losers.push(racer), racer)
  const perform = async (step: Step, path: string): Promise<void> => {
    switch (step.do) {
      case 'sleep':
        await sleep(step.ms)
        break
      case 'immediate':
        await new Promise<void>((resolve) => armImmediate(scope, () => resolve(), [], run))
        break
      case 'call':
        trace.push(await take.call(() => new Promise((resolve) => setTimeout(resolve, Math.random() * step.ms, Math.random()))))
        break
      case 'cleared': {
        const timer = armTimeout(scope, false, () => trace.push('never'), step.ms + 1, [], run)
        await Promise.resolve()
        clearAnyTimeout(timer)
        break
      }
      case 'draw':
        trace.push(scope.draws.number('random', Math.random))
        break
      case 'uuid':
        trace.push(Buffer.from(scope.draws.bytes('bytes', 8, () => randomBytes(8))).toString('hex'))
        break
      case 'clock':
        trace.push(scope.draws.number('date', Date.now), scope.draws.bigint('hrtime', process.hrtime.bigint))
        break
      case 'job':
        trace.push(await job(scope))
        break
      case 'microtask':
        await Promise.resolve()
        break
      case 'interval':
        await new Promise<void>((resolve) => {
          let left = step.times
          const timer = armTimeout(
            scope,
            true,
            () => (trace.push(`${path} tick`), --left === 0 && resolve(clearAnyTimeout(timer))),
            step.ms,
            [],
            run,
          )
        })
        break
      case 'sequence':
        for (const [index, inner] of step.steps.entries()) await perform(inner, `${path}.${index}`)
        break
      case 'all':
        await Promise.all(step.steps.map((inner, index) => perform(inner, `${path}.${index}`)))
        break
      case 'race':
        await Promise.race(step.steps.map((inner, index) => started(perform(inner, `${path}.${index}`))))
        break
    }
    trace.push(`${path} ${step.do}`)
  }
  await perform(program, '')
  // What the races left behind is part of the trace as well; a race within one of them leaves more behind meanwhile.
  for (let known = 0; known < losers.length;) {
    known = losers.length
    await Promise.all(losers)
  }
  take.end()
  return trace
}

function job(scope: Scope): Promise<string> {
  return new Promise((resolve) => {
    const deliver = scope.timeline.job('randomness')
    randomBytes(4, (_error, bytes) => deliver(() => resolve(Buffer.from(scope.draws.bytes('bytes', 4, () => bytes)).toString('hex'))))
  })
}

test('a random program sees the same again, in the same order', async () => {
  let count = 0
  await fc.assert(
    fc.asyncProperty(step, async (program) => {
      const file = join(directory, `${count++}.json`)
      const recording = new MemorySession('record', file)
      const recorded = await run(recording, program)
      recording.save()
      for (let repeat = 0; repeat < 2; repeat++) {
        const playing = new MemorySession('replay', file)
        expect(await run(playing, program)).toEqual(recorded)
        expect(playing.reports['program']).toMatchObject({ exhausted: [], diverged: [], shifted: 0, stalls: 0 })
      }
    }),
    { numRuns: 300 },
  )
})
