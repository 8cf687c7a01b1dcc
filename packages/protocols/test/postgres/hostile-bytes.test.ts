import type { Chunk, Interaction } from '@retake/core'
import type { Reply, VirtualServerHost } from '@retake/protocols'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { commandComplete, dataRow, namelessColumns, parseComplete, readyForQuery } from '../../src/postgres/backend-messages.ts'
import { postgres } from '../../src/postgres/index.ts'
import { InteractionCollector } from '../harness/interaction-collector.ts'
import {
  bind,
  closeMessage,
  describeMessage,
  execute,
  flush,
  parse,
  query,
  startup,
  sync,
  typed,
  untyped,
} from '../harness/postgres-raw-client.ts'

const facts = { connection: 1, target: { host: 'db', port: 5432, path: undefined, secure: false } }

const fromClient: readonly Buffer[] = [
  query('SELECT 1'),
  query('LISTEN c'),
  query('COPY t FROM STDIN'),
  query('BEGIN'),
  parse('s', 'SELECT $1'),
  bind('', 's', ['x']),
  bind('p', 'nowhere'),
  describeMessage('S', 's'),
  describeMessage('P', ''),
  execute('', 2),
  execute('p'),
  closeMessage('P', 'p'),
  sync,
  flush,
  typed('d', Buffer.from('1\n')),
  typed('c'),
  typed('f', Buffer.from('no\0')),
  typed('F', Buffer.alloc(14)),
  typed('X'),
]
const fromServer: readonly Buffer[] = [
  parseComplete,
  typed('2'),
  typed('3'),
  typed('n'),
  typed('t', Buffer.from([0, 0])),
  namelessColumns(2, []),
  dataRow([Buffer.from('1'), null]),
  commandComplete('SELECT 1'),
  commandComplete('BEGIN'),
  readyForQuery('I'),
  readyForQuery('E'),
  typed('s'),
  typed('I'),
  typed('E', Buffer.from('SERROR\0CXX000\0\0')),
  typed('E', Buffer.from('VFATAL\0C57P01\0\0')),
  typed('N', Buffer.from('SNOTICE\0Mhello\0\0')),
  typed('A', Buffer.from('\0\0\0\x01c\0payload\0')),
  typed('S', Buffer.from('TimeZone\0UTC\0')),
  typed('G', Buffer.from([0, 0, 0])),
  typed('H', Buffer.from([0, 0, 0])),
  typed('d', Buffer.from('1\n')),
  typed('c'),
  typed('V', Buffer.alloc(4)),
  typed('W', Buffer.alloc(3)),
  typed('R', Buffer.alloc(4)),
  typed('K', Buffer.alloc(8)),
]

const damaged = (messages: readonly Buffer[]): fc.Arbitrary<Buffer> =>
  fc
    .record({ message: fc.constantFrom(...messages), at: fc.nat(60), byte: fc.nat(255), damage: fc.nat(9) })
    .map(({ message, at, byte, damage }) => {
      if (damage > 0 || at >= message.length) return message
      const copy = Buffer.from(message)
      copy[at] = byte
      return copy
    })

const opening = fc.constantFrom(
  [startup({ user: 'me' })],
  [startup({ user: 'me', replication: 'database' })],
  [untyped(80877103), startup({ user: 'me' })],
  [untyped(80877104), startup({ user: 'me' }, 2)],
  [untyped(80877102, Buffer.alloc(8))],
  [Buffer.from('garbage that is no start')],
)

describe('hostile bytes', () => {
  it('do not make a conversation throw, and everything that was begun is ended', () => {
    const step = fc.oneof(
      damaged(fromClient).map((bytes) => ({ from: 'client' as const, bytes })),
      damaged(fromServer).map((bytes) => ({ from: 'server' as const, bytes })),
      fc.uint8Array({ maxLength: 20 }).map((bytes) => ({ from: 'server' as const, bytes })),
    )
    fc.assert(
      fc.property(opening, fc.boolean(), fc.array(step, { maxLength: 40 }), (first, ready, steps) => {
        const collector = new InteractionCollector()
        const conversation = postgres.conversation(collector, facts)
        const stamp = { take: 1, at: 0 }
        for (const bytes of first) conversation.sent(bytes, stamp)
        if (ready) conversation.received(readyForQuery('I'), stamp)
        for (const { from, bytes } of steps) {
          if (from === 'client') conversation.sent(bytes, stamp)
          else conversation.received(bytes, stamp)
        }
        conversation.closed(stamp, { byApp: false })
        expect(collector.unfinished).toEqual([])
      }),
      { numRuns: 1000 },
    )
  })

  it('do not make a server throw, whatever the recording holds', () => {
    const outcome = fc.array(damaged(fromServer), { maxLength: 6 })
    fc.assert(
      fc.property(
        opening,
        fc.array(fc.oneof(damaged(fromClient), fc.uint8Array({ maxLength: 20 })), { maxLength: 30 }),
        outcome,
        fc.boolean(),
        (first, steps, answer, later) => {
          const due: (() => void)[] = []
          let asked = 0
          const host: VirtualServerHost = {
            facts,
            connectionFact: (name) => (name.startsWith('copy-in:') ? Buffer.from(typed('G', Buffer.from([0, 0, 0]))) : undefined),
            ask: (call, reply: Reply) => {
              // A notification that never ends would be the player's endless loop, not the server's.
              const chunks: Chunk[] = ++asked > 200 ? [] : answer.map((bytes) => ({ bytes, at: 0 }))
              const interaction: Interaction = {
                id: asked,
                call,
                startedAt: 0,
                outcome: { kind: 'stream', chunks, ending: { kind: 'complete' }, endedAt: 0 },
              }
              reply.found(interaction)
              const deliver = (): void => {
                for (const chunk of chunks) reply.chunk(chunk)
                if (asked <= 200) reply.ending({ kind: 'complete' })
              }
              return { ready: () => void (later ? due.push(deliver) : deliver()), abandon: () => undefined }
            },
            send: () => undefined,
            end: () => undefined,
            fail: () => undefined,
            later: (run) => void due.push(run),
          }
          const server = postgres.server(host)
          server.opened()
          for (const bytes of [...first, ...steps]) {
            server.received(bytes)
            due.shift()?.()
          }
          for (let count = 0; count < 500 && due.length > 0; count++) due.shift()?.()
          server.receivedEnd()
          server.closed()
        },
      ),
      { numRuns: 1000 },
    )
  })

  it('are not taken for a start-up', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 30 }), (bytes) => void postgres.sniff(bytes, facts.target)))
    expect(postgres.sniff(Buffer.from('GET / HTTP/1.1\r\n'), facts.target)).toBe(false)
    expect(postgres.sniff(startup({ user: 'me' }), facts.target)).toBe(true)
    expect(postgres.sniff(untyped(80877103), facts.target)).toBe(true)
    // Kafka: length, api key 3, version 0, correlation id, ...
    expect(postgres.sniff(Buffer.from([0, 0, 0, 40, 0, 3, 0, 0, 0, 0, 0, 1]), facts.target)).toBe(false)
    for (let size = 0; size < 8; size++) expect(postgres.sniff(startup({ user: 'me' }).subarray(0, size), facts.target)).toBeUndefined()
  })
})
