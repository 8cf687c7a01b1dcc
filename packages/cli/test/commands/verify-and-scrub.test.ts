import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { CassetteWriter, openCassette } from '@retake/cassette'
import type { SessionHeader, Take } from '@retake/core'
import { isPlaceholder } from '@retake/redaction'
import { defaults, type InteractionHook, recordedKey } from '@retake/session'
import { callForms, redactCall } from '../../../session/src/call-forms.ts'
import { createMask } from '../../../session/src/secrets/mask.ts'
import { scrub } from '../../src/commands/scrub.ts'
import { verify } from '../../src/commands/verify.ts'
import type { Surroundings } from '../../src/surroundings.ts'

const secret = `sk_live_${'4eC39HqLyjWDarjtT1zdp7dc'}`
const header: SessionHeader = {
  id: 'abcd2345',
  sdk: '0.1.0',
  node: 'v20.20.2',
  platform: 'linux-x64',
  startedAt: 1_700_000_000_000,
  tz: 'UTC',
  lang: '',
  argv: ['app.js', '--api-key', 'swordfish-42'],
  pid: 1,
}
const take: Take = {
  id: 'abcd2345-1',
  trigger: {
    kind: 'http',
    request: { method: 'POST', target: '/pay?token=swordfish-43', httpVersion: '1.1', rawHeaders: ['Host', 'x'], body: Buffer.from('{}') },
    response: {
      status: 200,
      reason: 'OK',
      httpVersion: '1.1',
      rawHeaders: [],
      body: Buffer.from(JSON.stringify({ note: `paid with ${secret}`, staff: 'EMP-4711' })),
    },
  },
  startedAt: 1_700_000_001_000,
  durationMs: 4,
  interactions: [
    {
      id: 0,
      call: {
        protocol: 'http1',
        target: 'bank:80',
        label: 'GET http://bank/accounts',
        effect: 'read',
        fields: {
          method: 'GET',
          origin: 'http://bank',
          path: '/accounts',
          headers: { authorization: 'Bearer swordfish-44-abcdefgh', 'x-partner': 'a' },
        },
      },
      outcome: {
        kind: 'stream',
        chunks: [{ bytes: Buffer.from('HTTP/1.1 204 No Content\r\n\r\n'), at: 1 }],
        ending: { kind: 'complete' },
        endedAt: 1,
      },
      startedAt: 1,
    },
  ],
  segments: [],
}

let directory: string
let printed: string
let surroundings: Surroundings
const file = (): string => path.join(directory, 'one.retake')

beforeEach(() => {
  directory = fs.mkdtempSync(path.join(os.tmpdir(), 'retake-scrub-'))
  printed = ''
  const stream = { write: (text: string) => (printed += text) }
  surroundings = {
    stdout: stream,
    stderr: stream,
    env: { NO_COLOR: '1' },
    workingDirectory: directory,
    preload: new URL('file:///none'),
    onSignal: () => () => undefined,
  }
  const writer = CassetteWriter.create(file(), header)
  writer.append(take, { trigger: 'key', calls: ['call'] })
  writer.close({ takes: 1, interactions: { http1: 1 }, draws: 0, dropped: 0 })
})
afterEach(() => fs.rmSync(directory, { recursive: true, force: true }))

const shared = { redact: defaults.redact, match: defaults.match, beforeSave: undefined, json: false }
const verified = (secrets = true): number => verify({ ...shared, cassette: file(), secrets }, surroundings)
const everything = (): string => {
  using cassette = openCassette(file())
  return JSON.stringify([cassette.sessions, [...cassette.takes].map(({ id }) => cassette.take(id))], (_, value: unknown) =>
    value instanceof Uint8Array
      ? Buffer.from(value).toString('latin1')
      : (value as { type?: string }).type === 'Buffer'
        ? Buffer.from(value as never).toString('latin1')
        : value,
  )
}

test('verify says that a cassette is whole, and looks for secrets only when asked', () => {
  expect(verified(false)).toBe(0)
  expect(printed).toBe('1 take in 1 file: whole\n')
})

test('verify --secrets names take, place and detector of each secret, never the secret, and fails', () => {
  expect(verified()).toBe(1)
  expect(printed).toContain('session abcd2345  command line: name')
  expect(printed).toMatch(/abcd2345-1 {2}request: name/)
  expect(printed).toMatch(/abcd2345-1 {2}response: key-stripe/)
  expect(printed).toMatch(/abcd2345-1 {2}call 0 GET http:\/\/bank\/accounts: header/)
  expect(printed).toContain('4 secrets')
  expect(printed).not.toMatch(/swordfish|4eC39/)
})

test('scrub tells what it would do, does it only with --write, and leaves a cassette in which nothing is found', () => {
  const before = fs.readFileSync(file())
  expect(scrub({ ...shared, cassette: directory, write: false }, surroundings)).toBe(0)
  expect(printed).toContain('4 secrets would be replaced in 1 file')
  expect(fs.readFileSync(file()).equals(before)).toBe(true)

  expect(scrub({ ...shared, cassette: directory, write: true }, surroundings)).toBe(0)
  expect(printed).toContain('4 secrets replaced in 1 file')
  expect(fs.readdirSync(directory)).toEqual(['one.retake'])
  expect(everything()).not.toMatch(/swordfish|4eC39/)
  expect(everything()).toContain('sk_live_')
  using cassette = openCassette(file())
  expect(cassette.sessions[0]?.counts).toEqual({ takes: 1, interactions: { http1: 1 }, draws: 0, dropped: 0 })
  expect(cassette.take('abcd2345-1').interactions).toHaveLength(1)

  printed = ''
  expect(verified()).toBe(0)
  expect(printed).toContain('nothing looks like a secret')
  const scrubbed = fs.readFileSync(file())
  scrub({ ...shared, cassette: directory, write: true }, surroundings)
  expect(fs.readFileSync(file()).equals(scrubbed)).toBe(true)
})

test('scrub applies beforeSave, and writes nothing where it fails', () => {
  const beforeSave: InteractionHook = (interaction) => {
    if (interaction.direction === 'outbound') return null
    return interaction.rewrite({ json: (document) => ({ ...(document as object), staff: 'somebody' }) })
  }
  scrub({ ...shared, beforeSave, cassette: directory, write: true }, surroundings)
  expect(printed).toContain('abcd2345-1  interactions: beforeSave')
  expect(everything()).toContain('somebody')
  expect(everything()).not.toMatch(/EMP-4711|bank/)
  scrub({ ...shared, beforeSave: ({ direction }) => direction === 'outbound', cassette: directory, write: true }, surroundings)
  expect(everything()).not.toContain('somebody')

  const before = fs.readFileSync(file())
  const writer = CassetteWriter.create(path.join(directory, 'other'), header)
  writer.append(take, { calls: ['call'] })
  writer.close({ takes: 1, interactions: {}, draws: 0, dropped: 0 })
  const failing: InteractionHook = () => {
    throw new Error('cannot')
  }
  expect(() => scrub({ ...shared, beforeSave: failing, cassette: path.join(directory, 'other'), write: true }, surroundings)).toThrow(
    expect.objectContaining({
      code: 'RETAKE_HOOK_FAILED',
      message: expect.stringContaining('`beforeSave` failed for POST /pay'),
    }),
  )
  expect(fs.readFileSync(file()).equals(before)).toBe(true)
})

test('a scrubbed cassette of an older release keeps the keys by which its calls are found', () => {
  const clean = { ...shared.redact, fields: ['staff'] }
  scrub({ ...shared, redact: clean, cassette: directory, write: true }, surroundings)
  using cassette = openCassette(file())
  const { call } = cassette.take('abcd2345-1').interactions[0]!
  const keyIn = (form: number) => recordedKey(redactCall(call, createMask(clean)), callForms(defaults.match, form))
  expect(keyIn(1)).not.toBe(keyIn(2))
  expect(cassette.callsByKey(keyIn(1))).toHaveLength(1)
})

test('no short secret passes for a placeholder, but those that the recording made do, also after it was scrubbed', () => {
  const pins = Array.from({ length: 10_000 }, (_, pin) => String(pin).padStart(4, '0'))
  const looking = pins.filter((pin) => isPlaceholder(pin))
  const made = looking[0] as string
  const body = Buffer.from(JSON.stringify(looking.map((pin) => ({ pin }))))
  const record = (listed: boolean): void => {
    const writer = CassetteWriter.create(file(), { ...header, argv: ['app.js'] })
    if (listed) for (const name of ['', made]) writer.fact('placeholder', header.id, name, true)
    const request = { method: 'GET', target: '/', httpVersion: '1.1', rawHeaders: ['content-type', 'application/json'], body }
    writer.append(
      {
        ...take,
        trigger: {
          kind: 'http',
          request,
          response: { status: 204, reason: '', httpVersion: '1.1', rawHeaders: [], body: Buffer.alloc(0) },
        },
        interactions: [],
      },
      { calls: [] },
    )
    writer.close({ takes: 1, interactions: {}, draws: 0, dropped: 0 })
  }
  // One of an older release.
  record(false)
  expect(verified()).toBe(0)
  record(true)
  expect(looking.length).toBeGreaterThan(5)
  expect(verified()).toBe(1)
  expect(printed).toContain(`${looking.length - 1} secrets`)
  scrub({ ...shared, cassette: directory, write: true }, surroundings)
  expect(everything()).toContain(made)
  expect(verified()).toBe(0)
})

test('what is said in JSON says the same', () => {
  verify({ ...shared, cassette: file(), secrets: true, json: true }, surroundings)
  const { takes, damaged, secrets } = JSON.parse(printed) as {
    takes: number
    damaged: unknown[]
    secrets: { place: string; detector: string }[]
  }
  expect({ takes, damaged }).toEqual({ takes: 1, damaged: [] })
  expect(secrets).toContainEqual({ session: 'abcd2345', take: 'abcd2345-1', place: 'response', detector: 'key-stripe', count: 1 })
})

test('a damaged cassette is found, and not scrubbed', () => {
  const bytes = fs.readFileSync(file())
  // A bit within the frame of the batch, which the index finds by its offset.
  const at = bytes.indexOf('abcd2345') + 200
  bytes[at] = (bytes[at] as number) ^ 1
  fs.writeFileSync(file(), bytes)
  let code: number | string
  try {
    code = verified()
  } catch (error) {
    code = (error as { code: string }).code
  }
  expect([4, 'RETAKE_CASSETTE_CORRUPT']).toContain(code)
  expect(() => scrub({ ...shared, cassette: directory, write: true }, surroundings)).toThrow(
    expect.objectContaining({ code: 'RETAKE_CASSETTE_CORRUPT' }),
  )
  expect(fs.readFileSync(file()).equals(bytes)).toBe(true)
})
