import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { CassetteWriter } from '@retake/cassette'
import type { SessionHeader, Take } from '@retake/core'
import { list } from '../../src/commands/list.ts'
import { show } from '../../src/commands/show.ts'
import type { Surroundings } from '../../src/surroundings.ts'

const header: SessionHeader = {
  id: 'abcd2345',
  sdk: '0.1.0',
  node: 'v20.20.2',
  platform: 'linux-x64',
  startedAt: 1_700_000_000_000,
  tz: 'UTC',
  lang: '',
  argv: ['app.js'],
  pid: 1,
}

const main: Take = {
  id: 'abcd2345-main',
  trigger: { kind: 'process', process: 'server' },
  startedAt: 1_700_000_000_000,
  durationMs: 12,
  interactions: [],
  segments: [],
}

const order: Take = {
  id: 'abcd2345-1',
  trigger: {
    kind: 'http',
    request: {
      method: 'POST',
      target: '/orders?dry=1',
      httpVersion: '1.1',
      rawHeaders: ['Host', 'shop.example', 'Content-Type', 'application/json'],
      body: Buffer.from('{"items":[{"sku":"tea"}]}'),
    },
    response: {
      status: 201,
      reason: 'Created',
      httpVersion: '1.1',
      rawHeaders: ['Content-Type', 'application/octet-stream'],
      body: Buffer.from([0, 255, 1]),
      rawTrailers: ['X-Sum', '1'],
      informational: [{ status: 103, rawHeaders: [] }],
    },
  },
  startedAt: 1_700_000_001_000,
  durationMs: 84.4,
  traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
  interactions: [
    {
      id: 0,
      call: { protocol: 'postgres', target: '127.0.0.1:5432', label: 'INSERT INTO orders …', effect: 'write', fields: {} },
      outcome: { kind: 'stream', chunks: [{ bytes: Buffer.alloc(2048), at: 2 }], ending: { kind: 'complete' }, endedAt: 2 },
      startedAt: 1.5,
    },
    {
      id: 1,
      call: { protocol: 'http1', target: 'prices:80', label: 'GET http://prices/tea', effect: 'read', fields: {} },
      outcome: {
        kind: 'stream',
        chunks: [],
        ending: { kind: 'error', error: { code: 'ECONNREFUSED', message: 'connect ECONNREFUSED' } },
        endedAt: 1,
      },
      startedAt: 4,
    },
  ],
  segments: [
    {
      token: undefined,
      draws: [
        { kind: 'date', size: 0, values: [1, 2], times: [5, 1] },
        { kind: 'uuid', size: 0, values: ['a'] },
      ],
    },
  ],
  redactions: { password: 2 },
}

const hostile: Take = {
  ...order,
  id: 'abcd2345-2',
  trigger: {
    kind: 'http',
    request: {
      method: 'GET',
      target: '/\u001b]0;owned\u0007\u202e',
      httpVersion: '1.1',
      rawHeaders: ['X-A', 'b\r\n\u001b[2J'],
      body: Buffer.from('\u001b[31mred'),
    },
    response: undefined,
  },
  interactions: [
    {
      ...(order.interactions[0] as Take['interactions'][number]),
      call: { protocol: 'post\u001bgres', target: '', label: 'SELECT \u001b[2J\n1', effect: 'read', fields: {} },
    },
  ],
}

let directory: string
beforeEach(() => {
  directory = fs.mkdtempSync(path.join(os.tmpdir(), 'retake-cli-'))
  const writer = CassetteWriter.create(directory, header)
  for (const take of [main, order, hostile]) writer.append(take, { calls: take.interactions.map(() => 'key') })
  writer.close({ takes: 3, interactions: {}, draws: 0, dropped: 0 })
})
afterEach(() => fs.rmSync(directory, { recursive: true, force: true }))

function surroundings(columns: number): Surroundings & { printed(): string } {
  let text = ''
  const stream = { write: (more: string) => (text += more), columns }
  return {
    stdout: stream,
    stderr: stream,
    env: {},
    workingDirectory: directory,
    preload: new URL('file:///register.js'),
    onSignal: () => () => undefined,
    printed: () => text,
  }
}

// oxlint-disable-next-line no-control-regex -- finding them is the point
const controls = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e]/

describe('list', () => {
  test('a line for each take', () => {
    const around = surroundings(100)
    expect(list({ cassette: '.', filter: undefined, json: false }, around)).toBe(0)
    expect(around.printed()).toMatchInlineSnapshot(`
      "take           method  target                   status  calls  recorded              time
      abcd2345-main  main    server                        –      0  2023-11-14 22:13:20  12 ms
      abcd2345-1     POST    /orders?dry=1               201      2  2023-11-14 22:13:21  84 ms
      abcd2345-2     GET     /\\x1b]0;owned\\x07\\u202e       –      1  2023-11-14 22:13:21  84 ms
      2 takes in .
      "
    `)
    expect(around.printed()).not.toMatch(controls)
  })

  test('no line is longer than the terminal is wide', () => {
    const around = surroundings(72)
    list({ cassette: '.', filter: undefined, json: false }, around)
    for (const line of around.printed().split('\n')) expect(line.length).toBeLessThanOrEqual(72)
  })

  test('--filter looks at method and target', () => {
    const around = surroundings(100)
    list({ cassette: '.', filter: 'post /ORD', json: true }, around)
    expect(JSON.parse(around.printed())).toMatchObject([
      { id: 'abcd2345-1', method: 'POST', target: '/orders?dry=1', status: 201, calls: 2 },
    ])
  })
})

describe('show', () => {
  test('a take: trigger, outcome, interactions, draws', () => {
    const around = surroundings(100)
    expect(show({ cassette: '.', take: 'abcd2345-1', json: false }, around)).toBe(0)
    expect(around.printed()).toMatchInlineSnapshot(`
      "POST /orders?dry=1 → 201
      take abcd2345-1  2023-11-14T22:13:21.000Z  84 ms
      trace 4bf92f3577b34da6a3ce929d0e0e4736  span -

      Request
        POST /orders?dry=1 HTTP/1.1
        Host: shop.example
        Content-Type: application/json

        {
          "items": [
            {
              "sku": "tea"
            }
          ]
        }

      Response
        103 sent before
        HTTP/1.1 201 Created
        Content-Type: application/octet-stream

        <3 B>

        X-Sum: 1

      Interactions (2)
          0  +2 ms     postgres  INSERT INTO orders …
             → complete after 2 ms, 2.0 KB in 1 chunk
          1  +4 ms     http1     GET http://prices/tea
             → ECONNREFUSED after 1 ms

      Draws 7 (date 6, uuid 1) in 1 segment
      Redacted password 2
      "
    `)
  })

  test('the process itself', () => {
    const around = surroundings(100)
    show({ cassette: '.', take: 'abcd2345-m', json: false }, around)
    expect(around.printed()).toContain('main (start-up of a server)')
  })

  test('hostile content cannot touch the terminal', () => {
    const around = surroundings(100)
    show({ cassette: '.', take: 'abcd2345-2', json: false }, around)
    expect(around.printed()).toContain('\\x1b[31mred')
    expect(around.printed()).not.toMatch(controls)
  })

  test('--json has everything', () => {
    const around = surroundings(100)
    show({ cassette: '.', take: 'abcd2345-1', json: true }, around)
    expect(JSON.parse(around.printed())).toMatchObject({
      id: 'abcd2345-1',
      trigger: {
        request: { target: '/orders?dry=1', body: { text: '{"items":[{"sku":"tea"}]}' } },
        response: { status: 201, body: { base64: 'AP8B' } },
      },
      interactions: [{ call: { label: 'INSERT INTO orders …' } }, { outcome: { ending: { error: { code: 'ECONNREFUSED' } } } }],
    })
  })

  test('a take that is not there, and a beginning that several have', () => {
    expect(() => show({ cassette: '.', take: 'zzz', json: false }, surroundings(100))).toThrow(
      /There is no take zzz[^]*RETAKE_TAKE_UNKNOWN/,
    )
    expect(() => show({ cassette: '.', take: 'abcd', json: false }, surroundings(100))).toThrow(/3 takes of \. begin with abcd/)
  })
})
