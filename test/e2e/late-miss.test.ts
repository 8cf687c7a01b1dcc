import { expect, test } from 'vitest'
import { ChangedApp } from './changed-app.ts'

// A call that was not recorded, asked while a timer waits that fired when the take was recorded.

const twoThings = `const slept = sleep(40); const a = await ask('/a'); await slept; return a`

test('given up at once by changed code: missed', async () => {
  await using app = await ChangedApp.record(twoThings)
  const extra = `
    const { get } = await import('node:http')
    const extra = get(upstream + '/extra')
    extra.on('error', () => {})
    extra.on('finish', () => extra.destroy())
    await new Promise((resolve) => extra.on('close', resolve))
  `
  const changed = await app.replay(twoThings.replace('const a', `${extra} const a`))
  expect(changed).toMatchObject({ pass: false, calls: { served: 1, missed: [{ label: expect.stringContaining('/extra') }], missing: [] } })
  expect(changed.calls?.givenUp).toBeUndefined()
  expect(changed.differences).toEqual([])
})

test('waited for by changed code: missed, and the order of everything else is as recorded', async () => {
  await using app = await ChangedApp.record(twoThings)
  const changed = await app.replay(twoThings.replace('const a', `await ask('/extra'); const a`))
  expect(changed).toMatchObject({ pass: false, calls: { served: 1, missed: [{}], missing: [], draws: { diverged: [] } } })
  expect(changed.differences).toEqual([])
})

test('left alone by changed code until the response is sent: missed', async () => {
  await using app = await ChangedApp.record(twoThings)
  const changed = await app.replay(twoThings.replace('const a', `void ask('/extra'); const a`))
  expect(changed).toMatchObject({ pass: false, calls: { served: 1, missed: [{}] } })
})

/** The timer fires before the loop can send the call; when it is replayed the call is sent first, and the timer waits for its turn. */
const neverSent = `
  const controller = new AbortController()
  setTimeout(() => controller.abort(), 1)
  const given = ask('/never/sent', { signal: controller.signal })
  const begin = process.hrtime.bigint()
  for (let left = 5e6; left > 0 && process.env.RETAKE_MODE === 'record'; left--) Math.sqrt(left)
  return [await given, (await ask('/a')).url]
`

test('given up by unchanged code before it was sent: not missed, whatever the timing', async () => {
  await using app = await ChangedApp.record(neverSent)
  for (let run = 0; run < 3; run++) {
    const same = await app.replay(neverSent)
    expect(same).toMatchObject({ pass: true, calls: { served: 1, missed: [], missing: [], draws: { diverged: [] } } })
  }
})

test('given up by unchanged code after other things that take their time natively', async () => {
  const slow = `
    const { scrypt } = await import('node:crypto')
    const controller = new AbortController()
    const job = new Promise((resolve) => scrypt('a', 'b', 32, { N: 2 ** 14 }, (_e, key) => {
      setTimeout(() => controller.abort(), 1)
      const given = ask('/never/sent', { signal: controller.signal })
      for (let left = 5e6; left > 0 && process.env.RETAKE_MODE === 'record'; left--) Math.sqrt(left)
      resolve(given)
    }))
    return [await job, (await ask('/a')).url]
  `
  await using app = await ChangedApp.record(slow)
  expect(await app.replay(slow)).toMatchObject({ pass: true, calls: { served: 1, missed: [], missing: [] } })
})

test('given up by changed code when a recorded timer fires: in the account, apart', async () => {
  const code = (extra: string): string => `
    await ask('/a')
    const controller = new AbortController()
    setTimeout(() => controller.abort(), 30)
    ${extra}
    return [await ask('/never/answered', { signal: controller.signal })]
  `
  await using app = await ChangedApp.record(code(''))
  expect(await app.replay(code(''))).toMatchObject({ pass: true, calls: { missed: [] } })
  const changed = await app.replay(code(`void ask('/extra', { signal: controller.signal })`))
  expect(changed.calls?.missed).toEqual([])
  expect(changed.calls?.givenUp).toContainEqual(expect.objectContaining({ label: expect.stringContaining('/extra') as unknown }))
})
