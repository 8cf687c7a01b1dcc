import { describe, expect, it } from 'vitest'
import { runScenario } from './stage/run-scenario.ts'
import { closedPort, servers } from './stage/servers.ts'

describe.each(['esm', 'cjs'] as const)('%s', (format) => {
  it('what is installed can be undone', async () => {
    const { trace } = await runScenario('undo', 'plain', format, {})
    expect(trace).toEqual([
      ['changed', true, true, true],
      ['dress', true],
      ['left over', [], []],
    ])
  })

  it('a process that talks to itself is left alone', async () => {
    const plain = await runScenario('own-listeners', 'plain', format, {})
    const tapped = await runScenario('own-listeners', 'tap', format, {})
    expect(tapped.trace).toEqual(plain.trace)
    expect(tapped.log.map(({ kind }) => kind)).toEqual(['listening', 'listening'])
    const virtual = await runScenario('own-listeners', 'virtual', format, {}, tapped.logFile)
    expect(virtual.trace).toEqual(plain.trace)
  })

  it('a fixed port can be replaced', async () => {
    const { trace } = await runScenario('listen-port', 'plain', format, { STAGE_CLOSED_PORT: String(await closedPort()) })
    expect(trace).toEqual([[true], [200, 'me'], ['heard', ['asked', 'number', true, '127.0.0.1']]])
  })

  it('what is blocked fails like a refused connection', async () => {
    const { trace } = await runScenario('guard', 'plain', format, {})
    const failing = [
      ['connecting pending opening'],
      ['error', 'RETAKE_NETWORK_BLOCKED', 'pending closed destroyed'],
      ['close', true, 'pending closed destroyed'],
      ['written', 'Socket closed before the connection was established'],
    ]
    expect(trace.slice(0, 16)).toEqual([...failing, ...failing, ...failing, ...failing])
    expect(trace.slice(16, 18)).toEqual([
      ['http', 'RETAKE_NETWORK_BLOCKED'],
      ['fetch', 'RETAKE_NETWORK_BLOCKED'],
    ])
    expect(trace.at(-1)).toEqual([
      'asked',
      [
        ['service.test', 1, null, false, null],
        [null, null, '/some/where.sock', false, null],
        ['secure.test', 443, null, true, 'secure.test'],
        ['bare.test', 443, null, true, null],
        ['service.test', 80, null, false, null],
        ['service.test', 443, null, true, 'service.test'],
      ],
    ])
  })

  it('every write is told with the scope of its writer', async () => {
    const live = await servers.echo()
    const { log } = await runScenario('attribution', 'tap', format, live.environment)
    await live.close()
    const told = log.flatMap((entry) => (entry.kind === 'sent' ? [[entry.take, Buffer.from(entry.bytes, 'base64').toString()]] : []))
    expect(told).toEqual([
      [2, 'two'],
      [3, 'three'],
      [4, 'four'],
      [5, 'five'],
    ])
    expect(log.find((entry) => entry.kind === 'opened')).toMatchObject({ take: 1 })
  })

  it('deliveries have macrotasks of their own, or the turn of whoever orders them', async () => {
    const { trace } = await runScenario('turns', 'plain', format, {})
    expect(trace.map((entry) => entry.join(' '))).toEqual([
      'each in a macrotask of its own',
      'pushed',
      'data a',
      'tick of a',
      'data b',
      'tick of b',
      'in a turn',
      'data waiting',
      'data c',
      'pushed',
      'turned',
      'tick of waiting',
      'tick of c',
      'paused',
      'read 2',
      'data d',
      'data e',
      'tick of d',
      'tick of e',
      'asked within a turn',
      'data ask',
      'peer heard now',
      'pushed',
      'turned',
      'tick of ask',
      'data answer',
      'tick of answer',
      'peer heard the end',
      'peer heard that it is closed',
    ])
  })
})
