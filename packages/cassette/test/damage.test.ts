import type { Take } from '@retake/core'
import { RetakeError } from '@retake/core'
import fc from 'fast-check'
import { deepStrictEqual } from 'node:assert'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { deflateRawSync, inflateRawSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { encodeFrameHead, readFrameHead } from '../src/encoding/frame.ts'
import type { Cassette } from '../src/index.ts'
import { CassetteWriter, openCassette } from '../src/index.ts'
import { sampleCounts, sampleHeader, sampleKeys, sampleTake } from './sample-session.ts'
import { scratchPlace } from './scratch-place.ts'

const directory = scratchPlace()
// Small ones, because every byte of the file gets its turn.
const takes = [1, 2, 3].map((number) => shortened(sampleTake(number)))
const increment = { interactions: [], segments: [{ token: undefined, draws: [] }], durationMs: 99 }
const expected: Take[] = takes.map((take, index) =>
  index === 0 ? { ...take, segments: [...take.segments, ...increment.segments], durationMs: 99 } : take,
)
const whole = record(true)
const open = record(false)
const victim = join(directory, 'victim.retake')

it('is tried on a file with every kind of frame but the largest', () => {
  const heads = frameOffsets(whole).map((offset) => readFrameHead(whole.subarray(offset)))
  expect([...new Set(heads.map(({ kind }) => kind))]).toEqual([1, 5, 2, 3, 6, 7])
  expect(new Set(heads.map(({ codec }) => codec))).toEqual(new Set([0, 1, 2]))
})

describe('one flipped bit', { timeout: 300_000 }, () => {
  it.each([
    ['a finished file', whole],
    ['a file that was not finished', open],
  ])('in %s is found or does no harm, wherever it is', (_, bytes) => {
    for (let at = 0; at < bytes.length; at++) {
      const flipped = Buffer.from(bytes)
      flipped[at] = (bytes[at] as number) ^ (1 << (at % 8))
      expectNothingWrong(flipped, at)
    }
  })

  it('in a frame is named by the offset of the frame', () => {
    const flipped = Buffer.from(whole)
    const batch = frameOffsets(whole)[2] as number
    flipped[batch + 40] = (flipped[batch + 40] as number) ^ 1
    writeFileSync(victim, flipped)
    using cassette = openCassette(victim)
    expect(() => cassette.take(takes[0]?.id as string)).toThrow(
      expect.objectContaining({ code: 'RETAKE_CASSETTE_CORRUPT', details: { file: victim, offset: batch } }),
    )
  })
})

describe('a file that ends early', { timeout: 300_000 }, () => {
  it('is read up to its last whole frame, wherever it ends', () => {
    let most = 0
    for (let length = 0; length < whole.length; length++) {
      const found = expectNothingWrong(whole.subarray(0, length), length)
      // What was readable once stays readable in every longer file.
      expect(found).toBeGreaterThanOrEqual(most)
      most = found
    }
    expect(most).toBe(takes.length)
  })

  it('says what was lost', () => {
    writeFileSync(victim, open.subarray(0, open.length - 5))
    using cassette = openCassette(victim)
    expect(cassette.warnings).toEqual([expect.stringMatching(/breaks off .* takes are read, the last \d+ bytes, from \d+ on, are torn/)])
    expect(cassette.sessions).toMatchObject([{ isCutShort: true }])
  })

  it('is no damage while it has not got its final name', () => {
    writeFileSync(`${victim}.partial`, open.subarray(0, open.length - 5))
    using cassette = openCassette(`${victim}.partial`)
    expect(cassette.warnings).toEqual([expect.stringContaining('was not finished')])
    expect(cassette.sessions).toMatchObject([{ isCutShort: false }])
  })
})

describe('forged bytes with sound checksums', { timeout: 300_000 }, () => {
  it('raise errors of the table, and nothing else', () => {
    const offsets = frameOffsets(whole)
    fc.assert(
      fc.property(
        fc.nat(offsets.length - 1),
        fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 4 }),
        (frame, changes) => {
          survive(
            forge(whole, offsets[frame] as number, (content) => {
              for (const [at, byte] of changes) if (content.length > 0) content[at % content.length] = byte
              return content
            }),
          )
        },
      ),
      { numRuns: 600 },
    )
  })

  it('raise errors of the table, when a frame holds anything at all', () => {
    const offsets = frameOffsets(whole)
    fc.assert(
      fc.property(fc.nat(offsets.length - 1), fc.uint8Array({ maxLength: 200 }), (frame, content) => {
        survive(forge(whole, offsets[frame] as number, () => Buffer.from(content)))
      }),
      { numRuns: 300 },
    )
  })

  it('never unpack to more than they say, nor to more than the bound', () => {
    const [session] = frameOffsets(whole) as [number]
    const bomb = deflateRawSync(Buffer.alloc(100 * 1024 * 1024))
    for (const contentSize of [10, 64 * 1024 * 1024, 0xffff_ffff]) {
      const head = encodeFrameHead(1, contentSize, { codec: 1, parts: [bomb] })
      writeFileSync(victim, Buffer.concat([whole.subarray(0, session), head, bomb]))
      expect(() => openCassette(victim)).toThrow(expect.objectContaining({ code: 'RETAKE_CASSETTE_CORRUPT' }))
    }
  })

  it('may be any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.boolean(), (bytes, begun) => {
        survive(begun ? Buffer.concat([whole.subarray(0, 16), bytes]) : Buffer.from(bytes))
      }),
      { numRuns: 200 },
    )
  })
})

function shortened(take: Take): Take {
  const { trigger } = take
  if (trigger.kind !== 'http' || trigger.response === undefined) throw new TypeError('a sample is an http take with a response')
  return {
    ...take,
    trigger: { ...trigger, response: { ...trigger.response, body: trigger.response.body.slice(0, 300) } },
    interactions: take.interactions.map((interaction) => {
      const { outcome } = interaction
      if (outcome.kind !== 'stream') return interaction
      return {
        ...interaction,
        outcome: { ...outcome, chunks: outcome.chunks.map((chunk) => ({ ...chunk, bytes: chunk.bytes.slice(0, 600) })) },
      }
    }),
  }
}

function record(finish: boolean): Buffer {
  const place = join(directory, `${finish}.retake`)
  const writer = CassetteWriter.create(place, sampleHeader)
  takes.forEach((take) => {
    writer.append(take, sampleKeys(take))
    writer.fact('postgres', 'db', take.id, take.id)
    writer.flush()
  })
  writer.increment(takes[0]?.id as string, increment, { calls: [] })
  writer.flush()
  if (!finish) return readFileSync(writer.name)
  writer.close(sampleCounts)
  return readFileSync(place)
}

/** Either an error of the table, or takes that were recorded. Returns how many were readable. */
function expectNothingWrong(bytes: Uint8Array, at: number): number {
  return attempt(bytes, (cassette) => {
    let found = 0
    for (const [index, id] of takes.map((take) => take.id).entries()) {
      const take = attemptTake(cassette, id)
      if (take === undefined) continue
      found++
      // A torn end may have taken the increment away.
      const right = index === 0 && take.durationMs !== 99 && cassette.warnings.length > 0 ? takes[0] : expected[index]
      deepStrictEqual(take, right, `byte ${at}`)
    }
    const ids = [...cassette.takes].map(({ id }) => id)
    expect(takes.slice(0, ids.length).map(({ id }) => id)).toEqual(ids)
    for (const [index, take] of takes.entries()) {
      const calls = cassette.callsByKey(sampleKeys(take).calls[2] as string)
      if (calls.length > 0) expect(calls).toEqual([{ takeId: takes[index]?.id, interaction: 2 }])
    }
    return found
  })
}

function survive(bytes: Uint8Array): void {
  attempt(bytes, (cassette) => {
    for (const { id } of cassette.takes) attemptTake(cassette, id)
    for (const { id } of takes) attemptTake(cassette, id)
    cassette.callsByKey(sampleKeys(takes[0] as Take).calls[0] as string)
    cassette.takesByTrigger(sampleKeys(takes[0] as Take).trigger)
    cassette.facts('postgres', 'db')
    return 0
  })
  expect(({} as { [name: string]: unknown })['polluted']).toBeUndefined()
}

function attempt(bytes: Uint8Array, use: (cassette: Cassette) => number): number {
  writeFileSync(victim, bytes)
  try {
    using cassette = openCassette(victim)
    return use(cassette)
  } catch (error) {
    if (!(error instanceof RetakeError) || !/CORRUPT|FOREIGN|VERSION/.test(error.code)) throw error
    return 0
  }
}

function attemptTake(cassette: Cassette, id: string): Take | undefined {
  try {
    return cassette.take(id)
  } catch (error) {
    if (error instanceof RetakeError && /CORRUPT|UNKNOWN|VERSION/.test(error.code)) return undefined
    throw error
  }
}

function frameOffsets(file: Buffer): number[] {
  const offsets: number[] = []
  for (let offset = 16; offset < file.length - 32; offset += 16 + readFrameHead(file.subarray(offset)).storedSize) offsets.push(offset)
  return offsets
}

/** Changes the content of one frame in place of the old one, keeps the sizes of everything else, and sums it up anew. */
function forge(file: Buffer, offset: number, change: (content: Buffer) => Buffer): Buffer {
  const head = readFrameHead(file.subarray(offset))
  const payload = file.subarray(offset + 16, offset + 16 + head.storedSize)
  const old = head.codec === 1 ? inflateRawSync(payload) : head.codec === 0 ? payload : undefined
  // A dictionary's user is changed in its compressed form, which is forged as well as any other.
  const content = change(Buffer.from(old ?? payload))
  const parts = [head.codec === 1 ? deflateRawSync(content) : content]
  const codec = old === undefined ? 2 : head.codec === 1 ? 1 : 0
  const size = old === undefined ? head.contentSize : content.length
  return Buffer.concat([
    file.subarray(0, offset),
    encodeFrameHead(head.kind, size, { codec, parts }),
    ...parts,
    file.subarray(offset + 16 + head.storedSize),
  ])
}
