import type { Interaction } from '@retake/core'
import { describe, expect, it } from 'vitest'
import {
  bindComplete,
  commandComplete,
  dataRow,
  namelessColumns,
  parameterDescription,
  parseComplete,
  readyForQuery,
} from '../../src/postgres/backend-messages.ts'
import { postgres } from '../../src/postgres/index.ts'
import { InteractionCollector } from '../harness/interaction-collector.ts'
import { bind, describeMessage, execute, flush, parse, query, startup, sync, typed } from '../harness/postgres-raw-client.ts'

/** A conversation past its start-up, and the takes of what it begins. */
class Heard extends InteractionCollector {
  readonly takes: number[] = []
  readonly conversation: ReturnType<typeof postgres.conversation> = postgres.conversation(this, {
    connection: 1,
    target: { host: 'db', port: 5432, path: undefined, secure: false },
  })

  constructor() {
    super()
    this.sent(1, startup({ user: 'me' }))
    this.received(readyForQuery('I'))
  }

  override begin(stamp: Parameters<InteractionCollector['begin']>[0]): ReturnType<InteractionCollector['begin']> {
    this.takes.push(stamp.take)
    return super.begin(stamp)
  }

  sent(take: number, ...messages: readonly Buffer[]): void {
    for (const message of messages) this.conversation.sent(message, { take, at: take })
  }

  received(...messages: readonly Buffer[]): void {
    this.conversation.received(Buffer.concat(messages), { take: 0, at: 100 })
  }
}

function chunksOf(interaction: Interaction | undefined): string[] {
  return interaction?.outcome.kind === 'stream' ? interaction.outcome.chunks.map(({ bytes }) => Buffer.from(bytes).toString('latin1')) : []
}

const row = (text: string): Buffer => dataRow([Buffer.from(text)])

describe('a conversation', () => {
  it('tells the same call again as the same object, and another one as another', () => {
    const heard = new Heard()
    const ask = (...values: readonly string[]): void => {
      heard.sent(1, parse('', 'SELECT $1, $2'), bind('', '', values), execute(''), sync)
      heard.received(parseComplete, bindComplete, commandComplete('SELECT 0'), readyForQuery('I'))
    }
    for (const values of [
      ['a', 'b'],
      ['a', 'b'],
      ['a', 'b\0'],
      ['a\0', 'b'],
      ['ab', ''],
    ])
      ask(...values)
    heard.sent(1, query('SELECT 1'), query('SELECT 1'))
    const [first, again, ...others] = heard.interactions.map(({ call }) => call)
    expect(again).toBe(first)
    expect(others.slice(0, 3).map(({ fields }) => fields['params'])).toEqual([
      ['a', 'b\0'],
      ['a\0', 'b'],
      ['ab', ''],
    ])
    expect(others[4]).toBe(others[3])
  })

  it('gives a statement to the take that had it parsed, and a further execution to the take that bound it', () => {
    const heard = new Heard()
    heard.sent(3, parse('s', 'SELECT $1'), describeMessage('S', 's'), flush)
    heard.received(parseComplete, parameterDescription([25]), namelessColumns(1, []))
    // The driver goes on when it has read the description, in nobody's context.
    heard.sent(0, bind('', 's', ['a']), execute(''), sync)
    heard.received(bindComplete, row('a'), commandComplete('SELECT 1'), readyForQuery('I'))
    heard.sent(5, bind('', 's', ['b']), execute(''), sync)
    heard.received(bindComplete, row('b'), commandComplete('SELECT 1'), readyForQuery('I'))
    expect(heard.takes).toEqual([3, 5])
    expect(heard.interactions.map(({ call }) => call.fields)).toEqual([
      { sql: 'SELECT $1', params: ['a'] },
      { sql: 'SELECT $1', params: ['b'] },
    ])
  })

  it('tells the answers of several takes apart that arrive in one piece', () => {
    const heard = new Heard()
    heard.sent(1, query('SELECT 1'))
    heard.sent(2, parse('', 'SELECT 2'), bind('', ''), execute(''), sync)
    heard.sent(3, query('SELECT 3'))
    heard.received(
      namelessColumns(1, []), row('one'), commandComplete('SELECT 1'), readyForQuery('I'),
      parseComplete, bindComplete, row('two'), commandComplete('SELECT 1'), readyForQuery('I'),
      namelessColumns(1, []), row('three'), commandComplete('SELECT 1'), readyForQuery('I'),
    ) // prettier-ignore
    expect(heard.takes).toEqual([1, 2, 3])
    expect(heard.interactions.map((interaction) => chunksOf(interaction).map((chunk) => /one|two|three/.exec(chunk)?.[0]))).toEqual([
      ['one'],
      ['two'],
      ['three'],
    ])
    expect(heard.unfinished).toEqual([])
  })

  it('keeps the deliveries of rows apart', () => {
    const heard = new Heard()
    heard.sent(1, parse('', 'SELECT 1'), bind('', ''), execute(''), sync)
    heard.received(parseComplete, bindComplete)
    heard.received(row('a'), row('b'))
    heard.received(row('c'))
    heard.received(commandComplete('SELECT 3'))
    heard.received(readyForQuery('I'))
    const [interaction] = heard.interactions
    expect(chunksOf(interaction)).toEqual([
      `${row('a').toString('latin1')}${row('b').toString('latin1')}`,
      row('c').toString('latin1'),
      commandComplete('SELECT 3').toString('latin1'),
      '',
    ])
  })

  it('gives a notification to the take that listens', () => {
    const heard = new Heard()
    heard.sent(4, query('LISTEN "Mixed Case"'))
    heard.received(commandComplete('LISTEN'), readyForQuery('I'))
    heard.sent(9, query('SELECT 1'))
    heard.received(commandComplete('SELECT 0'), typed('A', Buffer.from('\0\0\0\x01Mixed Case\0hello\0')), readyForQuery('I'))
    heard.received(typed('A', Buffer.from('\0\0\0\x01Mixed Case\0again\0')))
    expect(heard.takes).toEqual([4, 9, 4, 4])
    expect(heard.interactions.map(({ call }) => call.label)).toEqual([
      'LISTEN "Mixed Case"',
      'SELECT 1',
      'notification on Mixed Case',
      'notification on Mixed Case',
    ])
    expect(chunksOf(heard.interactions[1]).join('')).not.toContain('hello')
  })

  it('gives up on what it cannot follow, and says so', () => {
    const heard = new Heard()
    heard.sent(1, query('SELECT 1'))
    heard.received(Buffer.from('<html>400 Bad Request</html>'))
    expect(heard.facts.get('unreadable')).toContain('unknown type')
    expect(heard.unfinished).toEqual([])
    heard.sent(1, query('SELECT 2'))
    expect(heard.interactions).toHaveLength(1)
  })

  it('ends what is open as the connection ended', () => {
    for (const [how, kind] of [
      [{ byApp: true }, 'abandoned'],
      [{ byApp: false }, 'closed'],
      [{ byApp: false, error: { code: 'ECONNRESET', message: 'reset' } }, 'error'],
    ] as const) {
      const heard = new Heard()
      heard.sent(1, query('SELECT 1'))
      heard.conversation.closed({ take: 0, at: 1 }, how)
      expect(heard.interactions.map(({ outcome }) => outcome.kind === 'stream' && outcome.ending.kind)).toEqual([kind])
    }
  })

  it('never keeps what proves who the client is', () => {
    const heard = new InteractionCollector()
    const conversation = postgres.conversation(heard, { connection: 1, target: { host: 'db', port: 5432, path: undefined, secure: false } })
    const stamp = { take: 1, at: 0 }
    conversation.sent(startup({ user: 'me' }), stamp)
    conversation.received(typed('R', Buffer.from([0, 0, 0, 3])), stamp)
    conversation.sent(typed('p', Buffer.from('hunter2\0')), stamp)
    conversation.received(typed('E', Buffer.from('SFATAL\0C28P01\0Mno\0\0')), stamp)
    conversation.receivedEnd(stamp)
    expect(heard.interactions.map(({ call }) => call.fields)).toEqual([{ startup: { user: 'me', database: 'me' } }])
    expect(JSON.stringify([heard.interactions, [...heard.facts]])).not.toContain('hunter2')
  })
})
