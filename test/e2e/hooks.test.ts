import path from 'node:path'
import zlib from 'node:zlib'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type RawResponse, send } from '../harness/raw-request.ts'
import { startPostgres } from '../services/postgres.ts'
import { packageDirectory } from './workplace.ts'
import { unpackedFrames } from './unpacked-frames.ts'
import { apps, Workplace } from './workplace.ts'

const app = path.join(apps, 'hooks-app.mjs')

let place: Workplace
beforeEach(async () => {
  place = await Workplace.open((request, response) => {
    if (request.url === '/health') return void response.end('well')
    const body = JSON.stringify({ name: 'Ada Lovelace', token: 'sw0rdfish', born: 1815 })
    response.setHeader('content-type', 'application/json').setHeader('content-encoding', 'gzip').end(zlib.gzipSync(body))
  })
})
afterEach(() => place.close())

const config = (hooks: string): string => place.write('retake.config.mjs', `${shared}\nexport default {${hooks}}\n`)
const isWritten = (text: string): boolean => unpackedFrames(place.cassette).some((frame) => frame.includes(text))

/** Other names in every place of every protocol. */
const shared = `
  const renamed = (interaction, other) => {
    const deep = (value) => {
      if (typeof value === 'string') return other(value)
      if (typeof value !== 'object' || value === null) return value
      for (const name of Object.keys(value)) value[name] = deep(value[name])
      return value
    }
    const named = (_name, value) => other(value)
    return interaction.rewrite({ query: named, field: named, column: named, text: other, json: deep })
  }
  const hide = (text) => text.replaceAll('Lovelace', 'Byron').replaceAll('Hopper', 'Murray')
  const show = (text) => text.replaceAll('Byron', 'Lovelace').replaceAll('Murray', 'Hopper')`

async function record(
  targets: readonly string[],
  env: { readonly [name: string]: string } = {},
): Promise<{ answers: RawResponse[]; output: string }> {
  const recording = await place.start('record', { args: [app], env })
  const answers: RawResponse[] = []
  for (const target of targets) answers.push(await send(recording.port, { path: target }))
  await recording.stop()
  return { answers, output: recording.output() }
}

test('beforeSave changes every protocol, and the take’s own exchange, before a byte is written; beforeReplay puts back', async () => {
  const hidden = "if (interaction.call.label.endsWith('/health')) return null; return renamed(interaction, hide)"
  config(`beforeSave(interaction) { ${hidden} }, beforeReplay: (interaction) => renamed(interaction, show)`)
  const database = await startPostgres()
  const { host, port, user, password, database: name } = database
  const env = { DATABASE_URL: `postgres://${user}:${password}@${host}:${port}/${name}` }
  const { answers } = await record(['/orders?of=Lovelace'], env)
  await database.stop()
  await place.stopUpstream()

  expect(answers[0]?.body).toContain('Lovelace')
  expect(['Lovelace', 'Hopper', 'sw0rdfish'].filter(isWritten)).toEqual([])
  const [take] = place.recorded().takes
  expect(take?.interactions.map(({ call }) => call.label.replace(/http:.*\d\//, '/'))).toEqual([
    'POST /people?of=Ada%20Byron',
    expect.stringContaining('select $1::text'),
    'seam vault.read',
  ])
  expect(take?.trigger).toMatchObject({ request: { target: '/orders?of=Byron' } })
  expect(place.stats()[0]).toMatchObject({ takes: 1, dropped: 0 })

  const replaying = await place.start('replay', { args: [app], env })
  // The request was written under another name, by which alone it would be found.
  const again = await send(replaying.port, { path: '/orders?of=Lovelace', headers: { 'x-retake-take': take?.id ?? '' } })
  await replaying.stop()
  // What was left out is not known: the app is told that there is no such call, and everything else is as it was.
  expect(again.body).toBe(
    answers[0]?.body
      .replace('"health":200', '"health":"none"')
      .replace(/"token":"[^"]*"/, /"token":"[^"]*"/.exec(again.body)?.[0] as string),
  )
  expect(place.stats()[1]).toMatchObject({ served: 3, missed: 1 })
})

test('a hook that fails drops the take, says so with its code, and counts it; nothing of it is written', async () => {
  config(`beforeSave({ direction, call }) {
    if (direction === 'outbound' || !call.fields.target.startsWith('/bad')) return
    if (call.fields.target === '/bad-promise') return Promise.resolve()
    if (call.fields.target === '/bad-shape') call.fields.body = 'no bytes'
    else throw new Error('cannot, token=sw0rdfish12')
  }`)
  const { answers, output } = await record(['/good', '/bad-throw', '/bad-promise', '/bad-shape', '/fine'])
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200])
  expect(place.recorded().takes.map(({ trigger }) => trigger.kind === 'http' && trigger.request.target)).toEqual(['/good', '/fine'])
  expect(place.stats()[0]).toMatchObject({ takes: 2, dropped: 3 })
  expect(isWritten('/bad')).toBe(false)
  expect(output).toContain('The take of GET /bad-throw is not written. `beforeSave` failed for GET /bad-throw: cannot, token=')
  expect(output).not.toContain('sw0rdfish12')
  expect(output).toContain('it gave back a promise; hooks are synchronous')
  expect(output).toContain('a body is bytes')
  expect(output.match(/is not written.*RETAKE_HOOK_FAILED/g)).toHaveLength(3)
})

test('a request that beforeSave leaves out is no take, and none that was lost', async () => {
  config("beforeSave: ({ direction, call }) => direction === 'outbound' || call.fields.target !== '/ready'")
  await record(['/orders', '/ready'])
  expect(place.recorded().takes.map(({ trigger }) => trigger.kind === 'http' && trigger.request.target)).toEqual(['/orders'])
  expect(place.stats()[0]).toMatchObject({ takes: 1, dropped: 0 })
})

test('a beforeReplay that fails names itself', async () => {
  config('')
  await record(['/orders'])
  config("beforeReplay() { throw new Error('no key') }")
  const replaying = await place.start('replay', { args: [app] })
  await send(replaying.port, { path: '/orders' }).catch(() => undefined)
  await replaying.stop()
  expect(replaying.output()).toContain('`beforeReplay` failed for')
})

test('a process that ends before the worker is there, and one whose hook is an option, are no exceptions', async () => {
  const hook = `beforeSave: (interaction) => renamed(interaction, hide)`
  const call = `fetch(process.env.UPSTREAM).then((answer) => answer.text()).then(console.log)`
  config(hook)
  place.write('short.mjs', call)
  expect(await place.run('record', { args: ['short.mjs'] })).toMatchObject({ ended: 0, output: expect.stringContaining('Lovelace') })
  config('')
  const instrumentation = path.join(packageDirectory, 'dist/instrumentation.js')
  const options = `import { RetakeInstrumentation } from ${JSON.stringify(instrumentation)}\n${shared}\nnew RetakeInstrumentation({ ${hook} })`
  place.write('options.mjs', `${options}\n${call}\nsetTimeout(() => {}, 300)`)
  expect(await place.run('record', { args: ['options.mjs'], preload: false })).toMatchObject({ ended: 0 })
  expect(
    place.recorded().mains.map(({ interactions }) => interactions.filter(({ call: { protocol } }) => protocol === 'http1').length),
  ).toEqual([1, 1])
  expect(isWritten('Lovelace')).toBe(false)
  expect(isWritten('http1')).toBe(true)
})

test('a cassette of a test may have hooks of its own', async () => {
  const library = path.join(packageDirectory, 'dist/index.js')
  place.write(
    'test.mjs',
    `import { withCassette } from ${JSON.stringify(library)}
    ${shared}
    const hooks = {
      directory: 'tapes',
      beforeSave: (interaction) => renamed(interaction, hide),
      beforeReplay: (interaction) => { if (process.env.FAIL) throw new Error('no key'); return renamed(interaction, show) },
    }
    const name = () => fetch(process.env.UPSTREAM + '/?of=Lovelace').then((answer) => answer.json()).then(({ name }) => name)
    console.log('<' + await withCassette('person', hooks, name) + '>')`,
  )
  const options = { args: ['test.mjs'], preload: false, env: { RETAKE_MODE: '' } }
  expect(await place.run('off', options)).toMatchObject({ ended: 0, output: expect.stringContaining('<Ada Lovelace>') })
  const frames = unpackedFrames(path.join(place.directory, 'tapes'))
  expect(frames.some((frame) => frame.includes('Lovelace'))).toBe(false)
  expect(frames.some((frame) => frame.includes('Byron'))).toBe(true)
  await place.stopUpstream()
  expect(await place.run('off', options)).toMatchObject({ ended: 0, output: expect.stringContaining('<Ada Lovelace>') })
  const failed = await place.run('off', { ...options, env: { RETAKE_MODE: '', FAIL: '1' } })
  expect(failed).toMatchObject({ ended: 1, output: expect.stringContaining('RETAKE_HOOK_FAILED') })
})
