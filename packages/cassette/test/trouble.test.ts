import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { CassetteWriter, openCassette } from '../src/index.ts'
import { sampleCounts, sampleHeader, sampleKeys, sampleTake } from './sample-session.ts'
import { scratchPlace } from './scratch-place.ts'

const directory = scratchPlace()
const here = dirname(fileURLToPath(import.meta.url))

function write(place: string, numbers: readonly number[], header = sampleHeader): CassetteWriter {
  const writer = CassetteWriter.create(place, header)
  for (const number of numbers) writer.append(sampleTake(number), sampleKeys(sampleTake(number)))
  return writer
}

function codeOf(run: () => unknown): unknown {
  try {
    run()
    return undefined
  } catch (error) {
    return (error as { code?: unknown }).code
  }
}

describe('a place', () => {
  it('that is not there, or has nothing in it, is RETAKE_CASSETTE_MISSING', () => {
    mkdirSync(join(directory, 'empty'))
    for (const place of ['nowhere.retake', 'nowhere', 'empty', 'nowhere/at/all.retake']) {
      expect(codeOf(() => openCassette(join(directory, place)))).toBe('RETAKE_CASSETTE_MISSING')
    }
  })

  it('with another file is RETAKE_CASSETTE_FOREIGN', () => {
    const place = join(directory, 'foreign.retake')
    for (const content of ['{"json": true}', 'x', '\x89PNG\r\n\x1a\n0000000000000000']) {
      writeFileSync(place, content, 'latin1')
      expect(codeOf(() => openCassette(place))).toBe('RETAKE_CASSETTE_FOREIGN')
    }
  })

  it('with an empty file, or less than a header, is RETAKE_CASSETTE_CORRUPT', () => {
    const whole = join(directory, 'short.retake')
    write(whole, [1]).close(sampleCounts)
    const bytes = readFileSync(whole)
    for (const length of [0, 1, 4, 8, 15, 16, 20]) {
      writeFileSync(whole, bytes.subarray(0, length))
      expect(
        codeOf(() => openCassette(whole)),
        `${length} bytes`,
      ).toBe('RETAKE_CASSETTE_CORRUPT')
    }
  })

  it('whose line ends were changed on the way says so', () => {
    const place = join(directory, 'lines.retake')
    write(place, [1]).close(sampleCounts)
    writeFileSync(place, readFileSync(place, 'latin1').replaceAll('\r\n', '\n'), 'latin1')
    expect(() => openCassette(place)).toThrow(/line ends were changed/)
  })

  it('of a newer format, or with features of one, is RETAKE_CASSETTE_VERSION', () => {
    const place = join(directory, 'newer.retake')
    write(place, [1]).close(sampleCounts)
    const bytes = readFileSync(place)
    bytes[8] = 2
    writeFileSync(place, bytes)
    expect(() => openCassette(place)).toThrow(
      expect.objectContaining({ code: 'RETAKE_CASSETTE_VERSION', message: expect.stringContaining('retake@latest') }),
    )
  })

  it('that cannot be written is RETAKE_CASSETTE_UNWRITABLE', () => {
    writeFileSync(join(directory, 'file'), '')
    expect(codeOf(() => CassetteWriter.create(join(directory, 'file', 'below.retake'), sampleHeader))).toBe('RETAKE_CASSETTE_UNWRITABLE')
    if (process.getuid?.() === 0) return
    mkdirSync(join(directory, 'locked'))
    chmodSync(join(directory, 'locked'), 0o555)
    expect(codeOf(() => CassetteWriter.create(join(directory, 'locked'), sampleHeader))).toBe('RETAKE_CASSETTE_UNWRITABLE')
  })
})

describe('a recording that did not end', () => {
  it('leaves the cassette before it alone, and is read when there is none', () => {
    const place = join(directory, 'replaced.retake')
    const first = write(place, [1])
    first.flush()
    expect(statSync(place, { throwIfNoEntry: false })).toBeUndefined()
    {
      using torn = openCassette(place)
      expect([...torn.takes]).toHaveLength(1)
      expect(torn.warnings).toEqual([expect.stringContaining('was not finished')])
    }
    first.close(sampleCounts)
    const second = write(place, [1, 2], { ...sampleHeader, id: 'zzzzzzzz', pid: process.pid })
    second.flush()
    utimesSync(second.name, Date.now() / 1000 + 60, Date.now() / 1000 + 60)
    {
      using cassette = openCassette(place)
      expect([...cassette.takes]).toHaveLength(1)
      expect(cassette.warnings).toEqual([expect.stringContaining('later recording that did not end')])
    }
    second.discard()
    expect(openCassette(place).warnings).toEqual([])
  })

  it('is cleared away by the next clean one when its process is gone, and only then', () => {
    const place = join(directory, 'cleared', 'case.retake')
    // No process has the first pid: it is above the largest that Linux gives.
    const dead = write(place, [1], { ...sampleHeader, id: 'dead', pid: 4_999_999 })
    const alive = write(place, [1], { ...sampleHeader, id: 'live', pid: process.pid })
    for (const { name } of [dead, alive]) utimesSync(name, 1, 1)
    write(place, [1, 2], { ...sampleHeader, id: 'next', pid: process.pid }).close(sampleCounts)
    expect(readdirSync(dirname(place)).sort()).toEqual(['case.retake', `case.retake.live-${process.pid}.partial`])
  })

  it('is read beside finished ones in a directory', () => {
    const place = join(directory, 'mixed')
    write(place, [1]).close(sampleCounts)
    const open = write(place, [2, 3], { ...sampleHeader, id: 'openopen' })
    open.flush()
    writeFileSync(join(place, 'early-1.retake.partial'), '')
    using cassette = openCassette(place)
    expect([...cassette.takes]).toHaveLength(3)
    expect(cassette.warnings).toHaveLength(2)
  })

  it('survives SIGKILL with all that was flushed', async () => {
    const place = join(directory, 'killed.retake')
    const child = spawn(process.execPath, ['--import', 'tsx', join(here, 'write-until-killed.ts'), place], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const [line] = (await once(child.stdout, 'data')) as [Buffer]
    child.kill('SIGKILL')
    await once(child, 'exit')
    const flushed = Number(String(line).trim().split('\n').at(-1))
    using cassette = openCassette(place)
    const ids = [...cassette.takes].map(({ id }) => id)
    expect(ids.length).toBeGreaterThanOrEqual(flushed)
    for (const [index, id] of ids.entries()) expect(cassette.take(id)).toEqual(sampleTake(index + 1))
  })

  it.runIf(process.platform === 'linux')('keeps what was written when the disk is full', () => {
    const place = join(directory, 'full.retake')
    // A limit on the size of files stands in for a full disk: the write stops in the middle just the same.
    const command = `trap '' XFSZ; ulimit -f 64; exec "$0" --import tsx "$1" "$2" full`
    const output = execFileSync('bash', ['-c', command, process.execPath, join(here, 'write-until-killed.ts'), place], { encoding: 'utf8' })
    const [code, flushed] = output.trim().split('\n').slice(-2)
    expect(code).toBe('RETAKE_CASSETTE_UNWRITABLE')
    using cassette = openCassette(place)
    expect([...cassette.takes]).toHaveLength(Number(flushed))
    expect(cassette.warnings).toEqual([expect.stringContaining('nothing that was written is lost')])
  })
})
