import { describe, expect, test } from 'vitest'
import { bundle, nodeBinaries, runForJson, runNode } from '../child-process.ts'
import { certificate } from './certificate.ts'
import type { HeardTake } from './log-sink.ts'

interface Outcome {
  readonly received: string
  readonly events: readonly string[]
  readonly heard: { readonly takes: readonly HeardTake[]; readonly wire: string }
  readonly left: readonly boolean[]
}

const program = bundle(import.meta.url, 'scenarios.ts')
const names = JSON.parse((await runNode([program, '--list'])).stdout) as string[]

const stable = (text: string): string => text.replaceAll(/Date: .*?\r\n/g, '')
/** What node or the app answers before any 'request' is emitted. */
const beforeTake = 'HTTP/1.1 100 Continue\r\n\r\n'
const aborted = ['destroyed by the app', 'client gone in the middle of the response', 'client gone in the middle of the body']

describe.each(nodeBinaries)('%s', (node) => {
  test.each(names)('%s', async (name) => {
    const args = name === 'secure' ? [certificate()] : []
    const [plain, observed] = await Promise.all(
      ['plain', 'observed'].map((mode) => runForJson<Outcome>([program, name, mode, ...args], { node })),
    )
    if (plain === undefined || observed === undefined) throw new Error('no outcome')
    const { takes, wire } = observed.heard

    // The app and its client cannot tell: same bytes, same listeners, same properties.
    const comparable = (text: string): string =>
      text.replaceAll(/ (take|after) (-|\d+)/g, '').replace(name === 'hidden header' ? ',"Symbol(kHeadersDistinct)"' : '', '')
    if (name !== 'hidden header') expect(stable(observed.received)).toBe(stable(plain.received))
    expect(observed.events.map(comparable)).toEqual(plain.events.map(comparable))
    expect(observed.left).toEqual([false, false, false, false, false, false])

    // Every byte was told once and in order.
    if (name === 'expect, answered by node') expect(beforeTake + wire).toBe(observed.received)
    else if (name === 'left out') expect(observed.received.endsWith(wire)).toBe(true)
    else expect(wire).toBe(observed.received)
    for (const take of takes) expect(take.ends).toEqual([aborted.includes(name) ? 'aborted' : 'finished'])
    expect(takes.map(({ requestEnd }) => requestEnd)).toEqual(takes.map(() => (name === 'client gone in the middle of the body' ? 0 : 1)))

    // Handlers ran in their own scope, also after an await.
    const seen = observed.events.filter((event) => / (take|after) \d/.test(event))
    for (const event of seen) {
      const url = Number(/\/(\d)/.exec(event)?.[1] ?? 1)
      expect(event).toMatch(new RegExp(`(take|after) ${event.includes('/skip') ? 0 : url}$`))
    }
  })

  test('what is told of requests', async () => {
    const heard = async (name: string): Promise<HeardTake> => {
      const { heard } = await runForJson<Outcome>([program, name, 'observed'], { node })
      return heard.takes[0] as HeardTake
    }
    const [body, chunked, hidden, continued] = await Promise.all(
      ['read body', 'chunked body with trailers', 'hidden header', 'expect, answered by the app'].map(heard),
    )
    expect(body).toMatchObject({ body: 'hello world', head: { method: 'POST', url: '/p?q=1', httpVersion: '1.1', secure: false } })
    expect(chunked).toMatchObject({ body: 'hello', trailers: ['X-T', '1'] })
    expect(hidden?.head.rawHeaders).toEqual(['Host', 'x', 'A', '1', 'X-Retake-Take', 'abc-1', 'B', '2', 'Connection', 'close'])
    expect(hidden?.response.toLowerCase()).not.toContain('retake')
    expect(hidden?.response).toContain(
      '[{"host":"x","a":"1","b":"2","connection":"close"},["Host","x","A","1","B","2","Connection","close"],{"host":["x"],"a":["1"],"b":["2"],"connection":["close"]}]',
    )
    expect(continued).toMatchObject({ body: 'ok' })
  })
})
