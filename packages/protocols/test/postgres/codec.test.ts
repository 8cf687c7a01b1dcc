import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  dataRow,
  readErrorFields,
  readRow,
  errorMessage,
  withFormats,
  readColumns,
  namelessColumns,
} from '../../src/postgres/backend-messages.ts'
import { backendTypes, frontendTypes, maximumMessageBytes, MessageSplitter, visitWhole } from '../../src/postgres/codec.ts'
import { readBind, readExecute, readParse, readStartup } from '../../src/postgres/frontend-messages.ts'
import { bind, execute, int32, parse, query, startup, sync, typed } from '../harness/postgres-raw-client.ts'

function split(
  splitter: MessageSplitter,
  pieces: readonly Uint8Array[],
): { readonly messages: string[]; readonly problem: string | undefined } {
  const messages: string[] = []
  let problem: string | undefined
  for (const piece of pieces) {
    // The memory is used again, as a slab's is.
    const borrowed = Buffer.from(piece)
    problem ??= splitter.push(borrowed, ({ type, bytes }) => {
      messages.push(`${type} ${bytes.toString('hex')}`)
      if (type === 0) splitter.typed = true
    })
    borrowed.fill(0xee)
  }
  return { messages, problem }
}

describe('MessageSplitter', () => {
  const conversation = Buffer.concat([
    startup({ user: 'me', database: 'mine' }),
    query('SELECT 1'),
    parse('s', 'SELECT $1', [23]),
    bind('', 's', ['1', null]),
    execute('', 5),
    sync,
    typed('d', Buffer.alloc(3000, 7)),
    typed('X'),
  ])
  const whole = split(new MessageSplitter(frontendTypes, false), [conversation]).messages

  it('finds every message', () => {
    expect(whole).toHaveLength(8)
    expect(whole.map((message) => String.fromCharCode(Number(message.split(' ')[0])))).toEqual(['\0', 'Q', 'P', 'B', 'E', 'S', 'd', 'X'])
  })

  it('finds the same messages when the bytes are split in two, anywhere', () => {
    for (let at = 0; at <= conversation.length; at++) {
      const { messages, problem } = split(new MessageSplitter(frontendTypes, false), [
        conversation.subarray(0, at),
        conversation.subarray(at),
      ])
      expect(problem).toBeUndefined()
      expect(messages).toEqual(whole)
    }
  })

  it('finds the same messages byte by byte, and in any pieces', () => {
    const bytes = Array.from(conversation, (byte) => Uint8Array.of(byte))
    expect(split(new MessageSplitter(frontendTypes, false), bytes).messages).toEqual(whole)
    fc.assert(
      fc.property(fc.array(fc.nat(conversation.length), { maxLength: 12 }), (cuts) => {
        const at = [0, ...cuts.toSorted((a, b) => a - b), conversation.length]
        const pieces = at.slice(1).map((end, index) => conversation.subarray(at[index], end))
        expect(split(new MessageSplitter(frontendTypes, false), pieces).messages).toEqual(whole)
      }),
      { numRuns: 200 },
    )
  })

  it('refuses what cannot be a message', () => {
    const refused = (bytes: Buffer, isTyped: boolean): string | undefined =>
      split(new MessageSplitter(frontendTypes, isTyped), [bytes]).problem
    expect(refused(Buffer.from('GET / HTTP/1.1\r\n'), true)).toContain('unknown type')
    expect(refused(Buffer.concat([Buffer.from('Q'), int32(3)]), true)).toContain('3 bytes long')
    expect(refused(Buffer.concat([Buffer.from('Q'), int32(maximumMessageBytes + 1)]), true)).toContain('bytes long')
    expect(refused(int32(10_001), false)).toContain('bytes long')
  })

  it('survives any bytes', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 10 }), fc.boolean(), (pieces, isTyped) => {
        split(new MessageSplitter(isTyped ? backendTypes : frontendTypes, isTyped), pieces)
      }),
    )
  })
})

describe('messages', () => {
  const value = fc.option(fc.uint8Array({ maxLength: 50 }), { nil: null })

  it('rows come back as they were written', () => {
    fc.assert(
      fc.property(fc.array(value, { maxLength: 20 }), (values) => {
        expect(readRow(dataRow(values))?.map((read) => (read === null ? null : new Uint8Array(read)))).toEqual(values)
      }),
    )
  })

  it('errors come back as they were written', () => {
    const text = fc.string({ unit: 'grapheme' }).map((given) => given.replaceAll('\0', ''))
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom('S', 'V', 'C', 'M', 'D', 'H', 'P'), text), (fields) => {
        const given = new Map(Object.entries(fields))
        expect(readErrorFields(errorMessage(0x45, given))).toEqual(given)
      }),
    )
  })

  it('bindings come back as they were written', () => {
    const name = fc.stringMatching(/^\w{0,20}$/)
    fc.assert(
      fc.property(
        name,
        name,
        fc.array(fc.option(fc.string({ unit: 'grapheme' }), { nil: null }), { maxLength: 10 }),
        (portal, statement, values) => {
          const read = readBind(bind(portal, statement, values, [1]))
          expect(read).toMatchObject({ portal, statement, resultFormats: [1] })
          expect(read?.values.map((bytes) => bytes?.toString('utf8') ?? null)).toEqual(values)
        },
      ),
    )
  })

  it('a description takes other formats', () => {
    const columns = namelessColumns(3, [])
    expect(readColumns(withFormats(columns, [1])).map(({ format }) => format)).toEqual([1, 1, 1])
    expect(readColumns(withFormats(columns, [0, 1, 0])).map(({ format }) => format)).toEqual([0, 1, 0])
    expect(readColumns(withFormats(withFormats(columns, [1]), [])).map(({ format }) => format)).toEqual([0, 0, 0])
  })

  it('short ones are not read', () => {
    const messages = [bind('p', 's', ['value'], [1]), parse('s', 'SELECT 1', [23]), execute('p', 1)]
    const readers = [readBind, readParse, readExecute] as const
    for (const [index, message] of messages.entries()) {
      expect(readers[index]?.(message)).toBeDefined()
      for (let size = 5; size < message.length; size++) expect(readers[index]?.(message.subarray(0, size))).toBeUndefined()
    }
    expect(readStartup(startup({ user: 'a' }).subarray(0, 12))?.parameters.size).not.toBe(1)
  })

  it('whole messages are visited as far as they are whole', () => {
    const seen: number[] = []
    visitWhole(Buffer.concat([dataRow([]), Buffer.from([0x44, 0, 0, 0, 200, 1])]), ({ type }) => seen.push(type))
    expect(seen).toEqual([0x44])
  })
})
