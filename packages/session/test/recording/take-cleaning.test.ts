import type { FieldRedactor, Take, Trigger } from '@retake/core'
import { createRedactor } from '@retake/redaction'
import { expect, test } from 'vitest'
import { EventInterpreter } from '../../src/recording/event-interpreter.ts'
import type { RecordingNews } from '../../src/recording/recorder.ts'
import { Clean, TakeCleaning } from '../../src/recording/take-cleaning.ts'
import { eventKinds } from '../../src/ring/ring-layout.ts'
import { drawPolicies } from '../../src/secrets/draw-policy.ts'
import { RecordedDraws } from '../../src/secrets/recorded-draws.ts'
import { withSubstitution } from '../../src/secrets/substitute.ts'
import { defaults } from '../../src/settings/settings.ts'

const key = Buffer.alloc(32, 1)
const event = { kind: 0, take: 0, subject: 0, detail: 0, at: 0, big: 0n, payload: Buffer.alloc(0) }

/** A redactor with a fault: what has this word in it cannot be looked through. */
function faulty(word: string): FieldRedactor {
  const redactor = createRedactor({ key })
  return {
    tells: (name, place) => redactor.tells(name, place),
    named: (name, value, place) => redactor.named(name, value, place),
    text: (text) => redactor.text(text),
    body: (bytes, type) => {
      if (Buffer.from(bytes).includes(word)) throw new TypeError(`no rule for token=${word}`)
      return redactor.body(bytes, type)
    },
  }
}

test('a take that cannot be looked through is not written, counted and told with its code, and stops no other', () => {
  const drawn = new RecordedDraws(drawPolicies(defaults.draws, { hasKey: false, isLive: false }), key)
  const interpreter = new EventInterpreter(
    'abcd2345',
    1e6,
    () => undefined,
    () => undefined,
  )
  const news: RecordingNews[] = []
  const cleaning = new TakeCleaning({ beforeSave: undefined, timeOrigin: 0 }, interpreter, {
    drawn,
    tell: (told) => news.push(told),
    mainHook: (subject) => subject,
  })
  const redactor = createRedactor({ key })
  const output = { redactor, cleaner: faulty('sw0rdfish'), clean: new Clean(), seal: undefined }
  const bodies = ['fine', ...Array.from({ length: 8 }, () => 'sw0rdfish'), 'fine']
  const written = bodies.map((body, at) => {
    const take = at + 1
    interpreter.interpret({ ...event, kind: eventKinds.takeBegin, take, payload: Buffer.from(`GET\0/${take}?q=sw0rdfish\x001.1\x000`) })
    const response = `HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n\r\n${body}`
    interpreter.interpret({ ...event, kind: eventKinds.responseBytes, take, payload: Buffer.from(response) })
    interpreter.interpret({ ...event, kind: eventKinds.responseEnd, take, at: 1 })
    return cleaning.whole(
      [...interpreter.active].find(({ number }) => number === take)!,
      output,
    )?.id
  })
  expect(written).toEqual(['abcd2345-1', ...Array.from({ length: 8 }), 'abcd2345-10'])
  expect(interpreter.dropped).toBe(8)
  expect(news).toHaveLength(5)
  expect(news[0]).toMatchObject({ type: 'lost', code: 'RETAKE_REDACTION_FAILED' })
  expect(news[0]).toHaveProperty('message', expect.stringContaining('The take of GET /2 is not written. TypeError: no rule for token='))
  expect(JSON.stringify(news)).not.toContain('sw0rdfish')
  expect(JSON.stringify(news.at(-1))).toContain('Further ones are counted')
})

test('a response that comes again is not looked at again, unless it holds a secret, or something that was drawn since', () => {
  const drawn = new RecordedDraws(drawPolicies({ all: 'surrogate' }, { hasKey: false, isLive: false }), key)
  const interpreter = new EventInterpreter(
    'abcd2345',
    1e6,
    () => undefined,
    () => undefined,
  )
  const cleaning = new TakeCleaning({ beforeSave: undefined, timeOrigin: 0 }, interpreter, {
    drawn,
    tell: () => undefined,
    mainHook: (subject) => subject,
  })
  const redactor = createRedactor({ key })
  const cleaner = withSubstitution(redactor, drawn.substitution)
  const output = { redactor, cleaner, clean: new Clean(), seal: undefined }
  let number = 0
  const exchange = (body: string): Extract<Trigger, { kind: 'http' }> => {
    const take = ++number
    interpreter.interpret({ ...event, kind: eventKinds.takeBegin, take, payload: Buffer.from('GET\0/a\x001.1\0\0\0accept\0*/*') })
    const response = `HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n\r\n${body}`
    interpreter.interpret({ ...event, kind: eventKinds.responseBytes, take, payload: Buffer.from(response) })
    interpreter.interpret({ ...event, kind: eventKinds.responseEnd, take, at: 1 })
    const whole = cleaning.whole(
      [...interpreter.active].find((each) => each.number === take)!,
      output,
    ) as Take
    return whole.trigger as Extract<Trigger, { kind: 'http' }>
  }
  const id = 'f3b8c1d2-77aa-4c11-9d0e-1b2c3d4e5f60'
  const first = exchange(`{"id":"${id}"}`)
  const second = exchange(`{"id":"${id}"}`)
  expect(second.response).toBe(first.response)
  expect(second.request).toBe(first.request)
  drawn.drawn('uuid', id)
  const third = exchange(`{"id":"${id}"}`)
  expect(Buffer.from(third.response!.body).toString()).toMatch(/^\{"id":"[\da-f-]{36}"\}$/)
  expect(Buffer.from(third.response!.body).toString()).not.toContain(id)

  for (const times of [1, 2]) {
    const { response } = exchange('{"password":"sw0rdfish"}')
    expect(Buffer.from(response!.body).toString()).not.toContain('sw0rdfish')
    expect(redactor.counts).toEqual({ name: times })
  }
})
