import { expect, test } from 'vitest'
import { ChangedApp } from './changed-app.ts'

// Code that changed between the recording and the replay: what was recorded still answers where it is the answer, and the
// account says what changed.

const order = `
  const first = await ask('/first')
  const id = crypto.randomUUID()
  const made = await ask('/orders/' + id)
  return { first, made, id, random: Math.random() }
`
const paths = (take: { readonly differences: readonly { readonly path: string }[] }): string[] => take.differences.map(({ path }) => path)

test('unchanged: nothing to say', async () => {
  await using app = await ChangedApp.record(order)
  const same = await app.replay(order)
  expect(same).toMatchObject({
    pass: true,
    warnings: [],
    calls: { served: 2, draws: { exhausted: [], diverged: [], shifted: 0, stalls: 0 } },
  })
  expect(same.calls?.draws.kinds).toMatchObject({ uuid: 1, random: 1 })
})

test('one more uuid before a call that carries one: the call is recognised, and the same one in each run', async () => {
  await using app = await ChangedApp.record(order)
  const code = order.replace('const id', 'crypto.randomUUID(); const id')
  const changed = await app.replay(code)
  expect(changed.calls).toMatchObject({
    served: 1,
    missed: [],
    missing: [],
    changed: [{ reason: 'path', drawn: 'carries the 2nd uuid drawn, where the 1st was recorded' }],
    draws: { exhausted: [{ kind: 'uuid', count: 1, after: expect.stringMatching(/^interaction 0 \(GET http:.*\/first\)$/) as unknown }] },
  })
  expect(changed.warnings.join('\n')).toMatch(/1 more uuid than recorded, after interaction 0 \(GET .*\/first\)/)
  // The id itself is another one; nothing else is.
  expect(paths(changed)).toEqual(['body.id'])
  const again = await app.replay(code)
  expect(again.differences).toEqual(changed.differences)
})

test('one draw fewer before a call that carries one', async () => {
  await using app = await ChangedApp.record(order.replace('const id', 'crypto.randomUUID(); const id'))
  const changed = await app.replay(order)
  expect(changed.calls).toMatchObject({
    served: 1,
    missed: [],
    missing: [],
    changed: [{ reason: 'path', drawn: 'carries the 1st uuid drawn, where the 2nd was recorded' }],
    draws: { exhausted: [] },
  })
  expect(paths(changed)).toEqual(['body.id'])
})

const several = (before: string): string => `
  ${before}
  const ids = [crypto.randomUUID(), crypto.randomUUID(), crypto.randomUUID()]
  const made = []
  for (const id of ids) made.push(await ask('/orders', { method: 'POST', body: JSON.stringify({ id }) }))
  for (const id of ids) made.push(await ask('/lines/' + id))
  return made.map(({ asked }) => asked)
`

test('one more uuid before several: each call has an answer, none is missed', async () => {
  await using app = await ChangedApp.record(several(''))
  const changed = await app.replay(several('crypto.randomUUID()'))
  expect(changed.calls).toMatchObject({ missed: [], missing: [] })
  // Ids that were recorded get their own answers; the one beyond them that of the id that is left over.
  expect(changed.calls?.changed).toHaveLength(2)
  expect(changed.calls?.served).toBe(4)
  // Changed writes fail a take unless the configuration says otherwise.
  expect(changed.pass).toBe(false)
  expect(changed.reasons).toContainEqual(
    expect.stringMatching(/call changed: POST .*carries the 4th uuid drawn, where the 1st was recorded/),
  )
})

test('two ids that changed places: never answered, and the miss says which draw stands where', async () => {
  const call = (a: string, b: string): string => `
    const one = crypto.randomUUID(); const other = crypto.randomUUID()
    return (await ask('/transfer', { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ from: ${a}, to: ${b} }) })).asked
  `
  await using app = await ChangedApp.record(call('one', 'other'))
  const swapped = await app.replay(call('other', 'one'))
  expect(swapped).toMatchObject({ pass: false, calls: { served: 0, changed: [], missed: [{}], missing: [] } })
  expect(swapped.calls?.missed[0]?.drawn).toContain('body.from was the 1st uuid drawn, now it is the 2nd uuid drawn')
  const reason = swapped.calls?.missed[0]?.reason?.replaceAll(/\s+/g, ' ')
  expect(reason).toContain('body.from was the 1st uuid drawn, now it is the 2nd uuid drawn')
  // The same when the draws themselves changed places: values do not tell the two apart.
  const drawn = await app.replay(
    call('one', 'other')
      .replace('const one = crypto.randomUUID(); const other', 'let one; const other')
      .replace('return', 'one = crypto.randomUUID(); return'),
  )
  expect(drawn).toMatchObject({ pass: false, calls: { missed: [{}] } })
})

test('the wrong one of two ids: never answered', async () => {
  const call = (id: string): string => `
    const one = crypto.randomUUID(); const other = crypto.randomUUID()
    return [await ask('/a/' + ${id}), await ask('/b/' + other)]
  `
  await using app = await ChangedApp.record(call('one'))
  expect(await app.replay(call('other'))).toMatchObject({ pass: false, calls: { served: 1, changed: [], missed: [{}], missing: [] } })
})

test('one more Math.random(): calls and ids stay as they are', async () => {
  await using app = await ChangedApp.record(order)
  const changed = await app.replay(order.replace('const id', 'Math.random(); const id'))
  expect(changed.calls).toMatchObject({ served: 2, missed: [], changed: [], draws: { exhausted: [{ kind: 'random', count: 1 }] } })
  expect(paths(changed)).toEqual(['body.random'])
})

test('one more look at the clock: not worth a word', async () => {
  await using app = await ChangedApp.record(order)
  const changed = await app.replay(order.replace('const id', 'Date.now(); const id'))
  expect(changed).toMatchObject({ pass: true, warnings: [], calls: { served: 2, draws: { exhausted: [{ kind: 'date', count: 1 }] } } })
})

test('one sleep more: as recorded otherwise; strict fails it, lenient says nothing', async () => {
  await using app = await ChangedApp.record(order)
  const code = order.replace('const id', 'await sleep(20); const id')
  const changed = await app.replay(code)
  expect(changed).toMatchObject({ pass: true, differences: [], calls: { served: 2, missed: [] } })
  expect(changed.warnings).toEqual([
    expect.stringMatching(
      /another order than recorded: a timer of 20 ms, which was not recorded, came after interaction 0 \(GET .*\/first\)/,
    ),
  ])
  app.write('retake.config.json', JSON.stringify({ deviations: 'strict' }))
  expect(await app.replay(code)).toMatchObject({ pass: false, reasons: [expect.stringContaining('a timer of 20 ms')], warnings: [] })
  app.write('retake.config.json', JSON.stringify({ deviations: 'lenient' }))
  expect(await app.replay(code)).toMatchObject({ pass: true, warnings: [], calls: { draws: { diverged: [{}] } } })
})

test('one sleep less', async () => {
  await using app = await ChangedApp.record(order.replace('const id', 'await sleep(20); const id'))
  expect(await app.replay(order)).toMatchObject({
    pass: true,
    differences: [],
    calls: { served: 2, missed: [], draws: { diverged: [expect.stringContaining('timer 0 (20 ms) did not come') as unknown] } },
  })
})

test('one call less, one call more', async () => {
  const two = `await ask('/a'); return (await ask('/b')).asked`
  await using app = await ChangedApp.record(two)
  const less = await app.replay(`return (await ask('/b')).asked`)
  expect(less).toMatchObject({ pass: true, calls: { served: 1, missing: [{ label: expect.stringContaining('/a') as unknown }] } })
  expect(less.warnings.join('\n')).toContain('call missing')
  const more = await app.replay(`await ask('/new'); ${two}`)
  expect(more).toMatchObject({
    pass: false,
    differences: [],
    calls: { served: 2, missed: [{ label: expect.stringContaining('/new') as unknown }] },
  })
})

test('independent calls in another order', async () => {
  await using app = await ChangedApp.record(`const a = await ask('/a'); const b = await ask('/b'); return [a, b]`)
  expect(await app.replay(`const b = await ask('/b'); const a = await ask('/a'); return [a, b]`)).toMatchObject({
    pass: true,
    calls: { served: 2, missed: [], missing: [] },
  })
  expect(await app.replay(`return await Promise.all([ask('/a'), ask('/b')])`)).toMatchObject({
    pass: true,
    calls: { served: 2, missed: [] },
  })
})

test.each([
  [1, 5],
  [5, 1],
])('a pool of %i connections recorded, of %i replayed', async (recorded, replayed) => {
  const calls = (size: number): string => `
    const http = await import('node:http')
    const agent = new http.Agent({ keepAlive: true, maxSockets: ${size} })
    const get = (path) => new Promise((resolve, reject) => http.get(upstream + path, { agent }, (response) => {
      let text = ''
      response.on('data', (chunk) => (text += chunk)).on('end', () => resolve(JSON.parse(text)))
    }).on('error', reject))
    const answers = await Promise.all(['/a', '/b', '/a', '/c', '/a'].map(get))
    return answers.map(({ url }) => url)
  `
  await using app = await ChangedApp.record(calls(recorded))
  expect(await app.replay(calls(replayed))).toMatchObject({ pass: true, differences: [], calls: { served: 5, missed: [], missing: [] } })
})
