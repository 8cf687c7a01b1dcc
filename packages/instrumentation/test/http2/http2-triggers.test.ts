import { describe, expect, test } from 'vitest'
import { bundle, nodeBinaries, runForJson } from '../child-process.ts'
import { certificate } from '../http/certificate.ts'
import type { HeardTake } from '../http/log-sink.ts'

interface Outcome {
  readonly events: readonly string[]
  readonly takes: readonly HeardTake[]
}

const program = bundle(import.meta.url, 'scenarios.ts')
const args = certificate()

describe.each(nodeBinaries)('%s', async (node) => {
  const [plain, observed] = await Promise.all(
    ['plain', 'observed'].map((mode) => runForJson<{ [name: string]: Outcome }>([program, mode, args], { node })),
  )
  const heard = (name: string): readonly HeardTake[] => observed?.[name]?.takes ?? []
  const blocks = (name: string, take = 0): unknown =>
    heard(name)[take]?.blocks.map(({ kind, rawHeaders }) => [
      kind,
      ...rawHeaders.filter((_, index) => rawHeaders[index - (index % 2)] !== 'date'),
    ])

  test.each(Object.keys(plain ?? {}))('the app and its client cannot tell: %s', (name) => {
    const comparable = (text: string): string =>
      text
        .replaceAll(/(^| )take (-|\d+)/g, '')
        .replaceAll(/127\.0\.0\.1:\d+/g, 'host')
        // Of a stream that was reset while its body was waited for.
        .replace(',"timeout"', '')
        .replace(',"x-retake-take":"abc-1"', '')
        .replace(',"x-retake-take","abc-1"', '')
    // What three streams at once and both sides of a connection do has no order between them.
    expect(observed?.[name]?.events.map(comparable).toSorted()).toEqual(plain?.[name]?.events.map(comparable).toSorted())
  })

  test('handlers and listeners run in the scope of their take, also after an await', () => {
    const takes = Object.fromEntries(
      Object.entries(observed ?? {}).map(([name, { events }]) => [
        name,
        [...new Set(events.flatMap((each) => /(?:^| )take (\d+)/.exec(each)?.[1] ?? []))],
      ]),
    )
    for (const name of [
      'compatibility API',
      'events of the compatibility API',
      'trailers both ways',
      'push',
      'reset by the client',
      'reset by the server',
      'client gone',
      'heard by the session',
      'a WebSocket',
      'fastify',
    ])
      expect(takes[name], name).toEqual(['1'])
    const ownTakes = observed?.['three at once']?.events.filter((event) => event.includes(' take ')) ?? []
    expect(ownTakes).toHaveLength(12)
    for (const event of ownTakes) expect(event).toMatch(/\/(\d).* take \1$/)
    expect(takes['left out']).toEqual(['0', '1'])
    expect(takes['secure, HTTP/1 as well']).toEqual(['1', '2'])
  })

  test('what is told of requests', () => {
    expect(heard('stream API')[0]?.head).toMatchObject({
      method: 'GET',
      url: '/a?b=c',
      httpVersion: '2.0',
      secure: false,
      acceptsPush: true,
      rawHeaders: expect.arrayContaining([':path', '/a?b=c', ':scheme', 'http', 'x-twice', '1', 'x-twice', '2', 'cookie', 'k=v']),
    })
    expect(heard('compatibility API')[0]).toMatchObject({ body: 'hello world', requestEnd: 1 })
    expect(heard('trailers both ways')[0]).toMatchObject({ body: 'up', trailers: ['x-request-sum', '2'], requestEnd: 1 })
    expect(heard('large both ways')[0]?.body).toHaveLength(1_000_000)
    expect(heard('hidden header')[0]?.head.rawHeaders).toEqual(expect.arrayContaining(['x-retake-take', 'abc-1']))
    expect(heard('hidden header')[0]?.response).not.toContain('retake')
    expect(heard('marked as sensitive')[0]?.head.sensitive).toEqual(['x-key'])
    expect(heard('left out').map(({ head }) => head.url)).toEqual(['/keep'])
    expect(heard('secure')[0]?.head.secure).toBe(true)
    expect(heard('secure, HTTP/1 as well').map(({ head }) => [head.httpVersion, head.url, head.secure])).toEqual([
      ['2.0', '/two', true],
      ['1.1', '/one', true],
    ])
    expect(heard('a WebSocket')[0]).toMatchObject({ head: { method: 'CONNECT', url: '/chat' }, body: 'frame' })
  })

  test('what is told of responses', () => {
    expect(blocks('stream API')).toEqual([
      ['final', ':status', '200', 'content-type', 'text/plain', 'set-cookie', 'a=1', 'set-cookie', 'b=2', 'x-upper', 'case'],
    ])
    expect(heard('stream API')[0]?.response).toBe(Buffer.from('plain äöü').toString('latin1'))
    expect(blocks('a first write responds')).toEqual([['final', ':status', '200']])
    expect(heard('a first write responds')[0]?.response).toBe('one\x00\xff\x80')
    expect(heard('chunks, corked')[0]?.response).toBe('abä')
    expect(blocks('trailers both ways')).toEqual([
      ['final', ':status', '200'],
      ['trailers', 'x-sum', '1', 'x-list', 'a', 'x-list', 'b'],
    ])
    expect(blocks('before the response')).toEqual([
      ['informational', ':status', '103', 'link', '</a.css>; rel=preload'],
      ['final', ':status', '200'],
      ['trailers'],
    ])
    expect(blocks('push')).toEqual([
      ['push', ':path', '/pushed.css', ':method', 'GET', ':authority', expect.any(String), ':scheme', 'http'],
      ['final', ':status', '200'],
    ])
    expect(heard('push')[0]?.response).toBe('page')
    expect(heard('a file')[0]?.response).toBe('bytes of a ')
    expect(heard('a descriptor, and a part of it')[0]?.response).toBe(' bytes o')
    expect(heard('large both ways')[0]?.response).toHaveLength(1_000_000)
    expect(heard('marked as sensitive')[0]?.blocks[0]?.sensitive).toEqual(['x-secret'])
  })

  test('how responses end, each once', () => {
    const unusual = ['reset by the client', 'reset by the server', 'refused', 'destroyed', 'client gone', 'bodies say whose they are']
    for (const [name, { takes }] of Object.entries(observed ?? {}))
      if (!unusual.includes(name)) expect([name, ...takes.flatMap(({ ends }) => ends)]).toEqual([name, ...takes.map(() => 'finished')])
    const ended = (name: string): unknown => heard(name).map(({ ends, reset }) => [...ends, reset])
    expect(ended('reset by the client')).toEqual([['aborted', { code: 8, by: 'client' }]])
    expect(ended('reset by the server')).toEqual([['aborted', { code: 11, by: 'server' }]])
    expect(ended('refused')).toEqual([['aborted', { code: 7, by: 'server' }]])
    expect(ended('destroyed')).toEqual([['aborted', { code: 2, by: 'server' }]])
    expect(ended('client gone')).toEqual([['aborted', { code: 8, by: 'client' }]])
  })

  test('a body that says whose the request is has arrived when the take begins, as far as it is waited for', () => {
    const takes = heard('bodies say whose they are')
    expect(takes[0]).toMatchObject({ known: 'which', body: 'which' })
    expect(takes[1]?.known?.length).toBeGreaterThanOrEqual(16_384)
    expect(takes[1]?.body).toHaveLength(200_000)
    expect(takes[2]).toMatchObject({ known: '', body: '' })
    expect(takes[4]).toMatchObject({ known: 'first', body: 'first and more', ends: ['finished'] })
    expect(takes[3]).toMatchObject({ known: 'some', body: 'some', ends: ['aborted'], reset: { code: 2, by: 'client' } })
  })
})
