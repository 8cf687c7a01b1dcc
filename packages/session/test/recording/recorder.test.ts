import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openCassette } from '@retake/cassette'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { Recorder, type RecordingNews } from '../../src/recording/recorder.ts'
import { recordHere } from '../../src/recording/recording-worker.ts'
import { eventKinds } from '../../src/ring/ring-layout.ts'
import { drawPolicies } from '../../src/secrets/draw-policy.ts'
import { processFacts } from '../../src/session-header.ts'
import { defaults } from '../../src/settings/settings.ts'

let place: string
beforeEach(() => {
  place = mkdtempSync(join(tmpdir(), 'retake-recorder-'))
})
afterEach(() => rmSync(place, { recursive: true }))

/** A recorder whose worker cannot be there yet: nothing here lets the event loop turn. */
function recorderInto(cassette: string): { readonly recorder: Recorder; readonly news: RecordingNews[] } {
  const news: RecordingNews[] = []
  const order = {
    process: processFacts('0.0.0'),
    timeOrigin: performance.timeOrigin,
    place: cassette,
    redact: defaults.redact,
    draws: drawPolicies({}, { hasKey: false, isLive: false }),
    tellsTakes: false,
    passphrase: undefined,
    redactionKey: Buffer.alloc(32, 1),
  }
  const recorder = new Recorder(order, defaults, { sdk: '0.0.0', workerFile: new URL('file:///no-worker.cjs'), recordHere })
  recorder.onNews = (one) => news.push(one)
  return { recorder, news }
}

test('a process that ends before its worker is there does the work itself', () => {
  const { recorder, news } = recorderInto(place)
  recorder.ring.mark(eventKinds.drawNumber, 0, 4, 1, 0.25)
  expect(recorder.close(1000, 3)).toBe(true)
  expect(news).toEqual([
    { type: 'counts', counts: { takes: 0, interactions: {}, draws: 1, dropped: 0, droppedForMemory: 0, unanswered: 0 } },
  ])
  using cassette = openCassette(place)
  expect(cassette.warnings).toEqual([])
  const takes = [...cassette.takes].map(({ id }) => cassette.take(id))
  expect(takes.map(({ trigger }) => trigger)).toEqual([{ kind: 'process', process: 'script', exitCode: 3 }])
  expect(takes[0]?.segments.flatMap(({ draws }) => draws)).toMatchObject([{ kind: 'random', values: [0.25] }])
})

test('and says what it could not write', () => {
  const { recorder, news } = recorderInto(join(import.meta.filename, 'cassettes'))
  expect(recorder.close(1000, 0)).toBe(false)
  expect(recorder.failure).toMatchObject({ code: 'RETAKE_CASSETTE_UNWRITABLE' })
  // Once, and without the lines of our code in which it was raised.
  expect(recorder.failure?.message.match(/→|RETAKE_CASSETTE_UNWRITABLE|\n/g)).toEqual(['\n', '→', 'RETAKE_CASSETTE_UNWRITABLE'])
  expect(news).toMatchObject([{ type: 'failed', code: 'RETAKE_CASSETTE_UNWRITABLE' }])
})
