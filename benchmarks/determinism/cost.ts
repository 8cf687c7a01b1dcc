import crypto from 'node:crypto'
import { PatchRegistry, primordials, type Scope, scopes, type Segment } from '@retake/core'
import { type DrawLog, install, ObservedDraws, ObservedTimeline, SegmentAssembler, syncBuiltins, TakePlayback } from '@retake/determinism'

const column = process.argv[2]

/** Writes what the session's ring writes: a head of 32 bytes in shared memory, and the payload. */
class RingLikeLog implements DrawLog {
  readonly #memory = new SharedArrayBuffer(1 << 20)
  readonly #words = new Int32Array(this.#memory)
  readonly #floats = new Float64Array(this.#memory)
  readonly #bigints = new BigInt64Array(this.#memory)
  readonly #bytes = Buffer.from(this.#memory)
  #at = 8
  #deliveries = 0
  number(take: number, kind: number, value: number): void {
    this.#floats[(this.#head(20, take, kind, 1, 0) + 24) >> 3] = value
    this.#commit()
  }
  again(take: number, kind: number, times: number): void {
    this.#head(21, take, kind, times, 0)
    this.#commit()
  }
  bigint(take: number, kind: number, value: bigint): void {
    this.#bigints[(this.#head(22, take, kind, 1, 0) + 24) >> 3] = value
    this.#commit()
  }
  text(take: number, kind: number, value: string): void {
    const head = this.#head(23, take, kind, 1, value.length * 3)
    this.#bytes.write(value, head + 32, 'utf8')
    this.#commit()
  }
  bytes(take: number, kind: number, value: Uint8Array): void {
    const head = this.#head(24, take, kind, 1, value.length)
    this.#bytes.set(value, head + 32)
    this.#commit()
  }
  timerFired(take: number, ordinal: number, part: number): void {
    this.#deliveries++
    this.#floats[(this.#head(25, take, ordinal, part, 0) + 24) >> 3] = primordials.performanceNow()
    this.#commit()
  }
  jobDelivered(take: number, ordinal: number): void {
    this.timerFired(take, ordinal, 0)
  }
  position(): number {
    return this.#deliveries
  }
  #head(event: number, take: number, subject: number, detail: number, length: number): number {
    const size = (32 + length + 7) & ~7
    if (this.#at + size > 1 << 20) this.#at = 8
    const head = this.#at
    const word = head >> 2
    this.#words[word] = size
    this.#words[word + 1] = event
    this.#words[word + 2] = length
    this.#words[word + 3] = take
    this.#words[word + 4] = subject
    this.#words[word + 5] = detail
    this.#at += size
    return head
  }
  #commit(): void {
    Atomics.store(this.#words, 0, this.#at)
  }
}

function scopeOf(draws: Scope['draws'], timeline: Scope['timeline']): Scope {
  const scope = { take: 1, muted: false, draws, timeline } as unknown as { asMuted: Scope } & Scope
  return Object.assign(scope, { asMuted: { ...scope, muted: true } }) as Scope
}

const observed = (): Scope => {
  const log = new RingLikeLog()
  return scopeOf(new ObservedDraws(1, log), new ObservedTimeline(1, log))
}

/** A take whose log has `count` values of each kind. */
function supplied(count: number): Scope {
  const assembler = new SegmentAssembler()
  for (let index = 0; index < count; index++) {
    assembler.draw('date', 1.7e12 + index)
    assembler.draw('performance', index)
    assembler.draw('hrtime', BigInt(index))
    assembler.draw('random', 0.5)
    assembler.draw('uuid', '3c4f4e0e-6d5d-4a5e-9c2b-1f0e2d3c4b5a')
    assembler.draw('bytes', new Uint8Array(16))
  }
  const segments: Segment[] = assembler.take()
  const playback = new TakePlayback(segments, { cassette: 'bench', take: 'bench', startedAt: 1.7e12 })
  return scopeOf(playback.draws, playback.timeline)
}

if (column !== 'native') {
  install(globalThis, new PatchRegistry())
  syncBuiltins()
}

const draws: { readonly [name: string]: () => unknown } = {
  'Date.now()': () => Date.now(),
  'new Date()': () => new Date(),
  'new Date(x)': () => new Date(5),
  'performance.now()': () => performance.now(),
  'process.hrtime.bigint()': () => process.hrtime.bigint(),
  'process.hrtime()': () => process.hrtime(),
  'Math.random()': () => Math.random(),
  'randomUUID()': () => crypto.randomUUID(),
  'randomBytes(16)': () => crypto.randomBytes(16),
  'setTimeout + clearTimeout': () => clearTimeout(setTimeout(() => {}, 5)),
}
const request = (): void => {
  for (let index = 0; index < 5; index++) Date.now()
  crypto.randomUUID()
  clearTimeout(setTimeout(() => {}, 5))
}

const clock = primordials.hrtimeBigint
/** Turns that are timed together: short enough for many of them to run undisturbed on a busy machine. */
const stretch = 1000
/** ns per turn, the least of all stretches. */
function best(run: () => unknown, turns: number, scope: (() => Scope) | undefined): number {
  let least = Number.POSITIVE_INFINITY
  for (let round = 0; round < 7; round++) {
    const loop = (): void => {
      for (let done = 0; done < turns; done += stretch) {
        const began = clock()
        for (let turn = 0; turn < stretch; turn++) run()
        least = Math.min(least, Number(clock() - began) / stretch)
      }
    }
    if (scope === undefined) loop()
    else scopes.run(scope(), loop)
    ;(globalThis as { gc?: () => void }).gc?.()
  }
  return least
}

const turns = column === 'supplied' ? 20_000 : 100_000
const scope = column === 'observed' ? observed : column === 'supplied' ? () => supplied(turns * 2) : undefined
const table: { [name: string]: string } = {}
for (const [name, draw] of Object.entries(draws)) {
  if (column === 'supplied' && name.startsWith('setTimeout')) table[name] = '–'
  else table[name] = best(draw, turns, scope).toFixed(name.startsWith('Math') ? 1 : 0)
}
// What one request costs, with a scope of its own each time.
if (column !== 'supplied') {
  const fresh = column === 'observed' ? observedRequests() : undefined
  table['5 clocks, 1 uuid, 1 timer'] = best(fresh ?? request, 50_000, undefined).toFixed(0)
}
process.stdout.write(JSON.stringify(table))

function observedRequests(): () => unknown {
  const log = new RingLikeLog()
  let take = 0
  return () => {
    take++
    const draws = new ObservedDraws(take, log)
    scopes.run(scopeOf(draws, new ObservedTimeline(take, log)), request)
    draws.flush()
  }
}
