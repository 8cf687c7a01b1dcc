import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openCassette } from '@retake/cassette'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { EventInterpreter } from '../../src/recording/event-interpreter.ts'
import { TakeWriting } from '../../src/recording/take-writing.ts'
import { allocateRing, eventKinds } from '../../src/ring/ring-layout.ts'
import { RecordedDraws } from '../../src/secrets/recorded-draws.ts'
import { drawPolicies } from '../../src/secrets/draw-policy.ts'
import { processFacts } from '../../src/session-header.ts'
import { defaults } from '../../src/settings/settings.ts'

let place: string
beforeEach(() => {
  place = mkdtempSync(join(tmpdir(), 'retake-writing-'))
})
afterEach(() => rmSync(place, { recursive: true }))

const event = { kind: 0, take: 0, subject: 0, detail: 0, at: 0, big: 0n, payload: Buffer.alloc(0) }

function recording(): { interpreter: EventInterpreter; writing: TakeWriting } {
  const order = {
    memory: allocateRing(1),
    process: processFacts('0.0.0'),
    timeOrigin: performance.timeOrigin,
    place,
    redact: defaults.redact,
    draws: drawPolicies(defaults.draws, { hasKey: false, isLive: false }),
    match: defaults.match,
    tellsTakes: false,
    passphrase: undefined,
    redactionKey: Buffer.alloc(32, 1),
    beforeSave: undefined,
  }
  const drawn = new RecordedDraws(order.draws, order.redactionKey)
  const interpreter = new EventInterpreter(
    order.process.id,
    1e6,
    () => undefined,
    (kind, value) => drawn.drawn(kind, value),
  )
  const writing = new TakeWriting(order, interpreter, { drawn, tell: () => undefined, mainHook: (subject) => subject })
  return { interpreter, writing }
}

test('a take that was written is looked at again only when something is heard of it, and then grows', () => {
  const { interpreter, writing } = recording()
  const takes = 50
  for (let take = 1; take <= takes; take++) {
    interpreter.interpret({ ...event, kind: eventKinds.takeBegin, take, payload: Buffer.from(`GET\0/${take}\x001.1\x000`) })
    interpreter.interpret({ ...event, kind: eventKinds.responseBytes, take, payload: Buffer.from('HTTP/1.1 204 No Content\r\n\r\n') })
    interpreter.interpret({ ...event, kind: eventKinds.responseEnd, take, at: 1 })
  }
  expect(interpreter.active.size).toBe(takes)
  writing.write(1000, 'usual')
  expect(interpreter.active.size).toBe(0)

  interpreter.interpret({ ...event, kind: eventKinds.jobDelivered, take: 7, at: 1500 })
  expect([...interpreter.active].map(({ number }) => number)).toEqual([7])
  writing.write(2000, 'usual')
  expect(interpreter.active.size).toBe(0)
  writing.write(3000, 'final')
  writing.close()

  using cassette = openCassette(place)
  const lengths = [...cassette.takes].map(({ id }) => cassette.take(id)).filter(({ trigger }) => trigger.kind === 'http')
  expect(lengths).toHaveLength(takes)
  expect(lengths.map(({ segments }) => segments.filter(({ token }) => token?.kind === 'job').length).filter((count) => count > 0)).toEqual([
    1,
  ])
})

test('where takes come quickly a batch waits a little for more, unless somebody asks for it', () => {
  const { interpreter, writing } = recording()
  const takes = (): string[] => {
    using cassette = openCassette(place)
    return [...cassette.takes].map(({ id }) => id.replace(/.*-/, '')).filter((id) => id !== 'main')
  }
  const take = (number: number): void => {
    interpreter.interpret({ ...event, kind: eventKinds.takeBegin, take: number, payload: Buffer.from(`GET\0/${number}\x001.1\x000`) })
    interpreter.interpret({
      ...event,
      kind: eventKinds.responseBytes,
      take: number,
      payload: Buffer.from('HTTP/1.1 204 No Content\r\n\r\n'),
    })
    interpreter.interpret({ ...event, kind: eventKinds.responseEnd, take: number, at: 1 })
  }
  const burst = (from: number): void => {
    for (let number = from; number < from + 10; number++) take(number)
  }
  burst(1)
  writing.write(1000, 'usual')
  expect(takes()).toHaveLength(10)
  burst(11)
  writing.write(1020, 'usual')
  expect(takes()).toHaveLength(10)
  writing.write(1040, 'usual')
  expect(takes()).toHaveLength(20)
  burst(21)
  writing.write(1050, 'flush')
  expect(takes()).toHaveLength(30)
  take(31)
  writing.write(1055, 'usual')
  expect(takes()).toHaveLength(31)
  writing.close()
})
