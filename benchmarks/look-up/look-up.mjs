import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { bundled } from '../bundled.mjs'
import { median, table, verdict } from '../measure.mjs'

const lookUps = 2000
const coldLookUps = 200

/** What it costs to find a take by its request and to read it, in cassettes of a thousand to a million takes. */
export async function measureLookUp({ quick }) {
  const cassette = await bundled('look-up', "export { CassetteWriter, openCassette } from '@retake/cassette'")
  const folder = mkdtempSync(join(tmpdir(), 'retake-bench-'))
  const sizes = quick ? [1_000, 100_000] : [1_000, 10_000, 100_000, 1_000_000]
  const rows = sizes.map((takes) => {
    const place = join(folder, `${takes}.retake`)
    write(cassette, place, takes)
    const megabytes = statSync(place).size / 1e6
    const opening = []
    const cold = []
    for (let turn = 0; turn < coldLookUps; turn++) {
      const began = performance.now()
      const opened = cassette.openCassette(place)
      opening.push(performance.now() - began)
      cold.push(lookUp(opened, somewhere(turn, takes)))
      opened.close()
    }
    const opened = cassette.openCassette(place)
    const one = Array.from({ length: lookUps }, (_, turn) => lookUp(opened, somewhere(turn, takes)))
    opened.close()
    rmSync(place)
    return { takes, megabytes, opening: median(opening), cold: median(cold), one: median(one) }
  })
  rmSync(folder, { recursive: true, force: true })
  const factor = rows.at(-1).cold / rows[0].cold
  const span = `${sizes[0].toLocaleString('en')} to ${sizes.at(-1).toLocaleString('en')} takes`
  return {
    title: 'Finding a take',
    method: `Look-ups by request all over the file, each with reading its take; medians: of ${coldLookUps} that are each the first in a cassette just opened, and of ${lookUps} in one cassette, which keeps 16 MB of what it read. Every take is a request with a small answer.`,
    text: table(
      ['takes', 'stored, MB', 'opened, ms', 'first look-up, µs', 'one of many, µs'],
      rows.map(({ takes, megabytes, opening, cold, one }) => [
        takes.toLocaleString('en'),
        megabytes.toFixed(1),
        opening.toFixed(2),
        cold.toFixed(0),
        one.toFixed(0),
      ]),
    ),
    budgets: [[`first look-up, ${span}`, 'constant', `× ${factor.toFixed(2)}`, verdict(factor <= 2)]],
  }
}

/** Numbers that are as far from each other as they can be. */
const somewhere = (turn, takes) => (turn * 48_271 * 7) % takes

/** @returns µs */
function lookUp(opened, number) {
  const start = performance.now()
  const [found] = opened.takesByTrigger(keyOf(number))
  const take = opened.take(found.id)
  const cost = (performance.now() - start) * 1000
  if (take.trigger.request.target !== `/orders/${number}`) throw new Error(`${keyOf(number)} led to ${take.trigger.request.target}`)
  return cost
}

const keyOf = (number) => `trigger GET /orders/${number}`

function write({ CassetteWriter }, place, takes) {
  const header = {
    id: 'lookup01',
    sdk: '0.0.0',
    node: process.version,
    platform: 'linux-x64',
    startedAt: 1_700_000_000_000,
    tz: 'UTC',
    lang: 'C',
    argv: ['app.js'],
    pid: 1,
  }
  const writer = CassetteWriter.create(place, header)
  for (let number = 0; number < takes; number++) {
    const request = {
      method: 'GET',
      target: `/orders/${number}`,
      httpVersion: '1.1',
      rawHeaders: ['Host', 'shop.test'],
      body: new Uint8Array(0),
    }
    const body = Buffer.from(JSON.stringify({ id: number, total: (number * 37) % 1000, currency: 'EUR' }))
    const response = { status: 200, reason: 'OK', httpVersion: '1.1', rawHeaders: ['Content-Type', 'application/json'], body }
    writer.append(
      {
        id: `${header.id}-${number}`,
        trigger: { kind: 'http', request, response },
        startedAt: header.startedAt + number,
        durationMs: 1,
        interactions: [],
        segments: [],
      },
      { trigger: keyOf(number), calls: [] },
    )
  }
  writer.close({ takes, interactions: {}, draws: 0, dropped: 0 })
}
