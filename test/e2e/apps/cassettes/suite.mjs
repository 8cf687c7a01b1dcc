// Tests with cassettes of their own, by node:test. What they got is written to RESULT, so that two runs can be compared.
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import fs from 'node:fs'
import http from 'node:http'
import { after, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { seam, useCassette, withCassette } from 'retake'

const upstream = process.env.UPSTREAM
const database = {
  host: '127.0.0.1',
  port: Number(process.env.PGPORT),
  user: process.env.PGUSER,
  password: process.env.PGPASSWORD,
  database: process.env.PGDATABASE,
}
const ask = async (path) => (await fetch(`${upstream}${path}`)).json()

const got = {}
after(() => fs.writeFileSync(process.env.RESULT, JSON.stringify(got)))

test('fetch, clocks and randomness', async () => {
  got.fetch = await withCassette('calls/fetch', async () => ({
    price: await ask('/price'),
    at: Date.now(),
    id: randomUUID(),
    random: Math.random(),
  }))
})

test('a database', async () => {
  got.pg = await withCassette('calls/pg', async () => {
    const client = new pg.Client(database)
    await client.connect()
    try {
      const { rows } = await client.query('SELECT gen_random_uuid() AS id, now() AS at, $1::int AS n', [3])
      return rows
    } finally {
      await client.end()
    }
  })
})

test('from here to the end of the block', async () => {
  const cassette = await useCassette('calls/block')
  got.block = await ask('/block')
  await cassette.close()
  got.mode = cassette.mode
})

test('several at a time keep to themselves', async () => {
  const one = (name) =>
    withCassette(`many/${name}`, async () => {
      const first = await ask(`/same`)
      await sleep(1)
      const { id, at } = { id: randomUUID(), at: Date.now() }
      return { name, first, second: await ask('/same'), own: await ask(`/${name}`), id, at }
    })
  got.many = await Promise.all(['a', 'b', 'c', 'd', 'e'].map(one))
})

// The usual way to test a service: it listens in the process of its tests.
const server = http.createServer(async (request, response) => {
  await sleep(1)
  const answer = await ask(request.url)
  response.end(JSON.stringify({ answer, id: randomUUID(), at: Date.now() }))
})

test('requests to a server of the same process belong to the test that sends them', async () => {
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  const own = `http://127.0.0.1:${server.address().port}`
  const one = (name) =>
    withCassette(`own/${name}`, async () => [await (await fetch(`${own}/${name}`)).json(), await (await fetch(`${own}/same`)).json()])
  try {
    got.own = await Promise.all(['a', 'b', 'c'].map(one))
  } finally {
    server.close()
    server.closeAllConnections()
  }
})

let called = 0
const count = seam('count', (step) => ({ step, called: ++called, when: new Date(), bytes: Buffer.from([1, 2, 3]), set: new Set([1n]) }))
const later = seam('later', async (/** @type {string} */ text) => {
  await sleep(2)
  return `${text} ${++called} ${process.pid}`
})
const large = seam('large', () => Buffer.alloc(700_000, process.pid & 255))
const fails = seam('fails', (/** @type {string} */ how) => {
  throw Object.assign(new RangeError(`no ${how}`), { code: 'E_NO', times: ++called })
})
const rejects = seam('rejects', async () => {
  throw new TypeError('not now')
})

test('seams: synchronous, asynchronous, large, failing', async () => {
  got.seams = await withCassette('seams', async () => {
    const { when, bytes, set, ...rest } = count('first')
    assert.ok(when instanceof Date && set instanceof Set && set.has(1n))
    assert.deepEqual([...bytes], [1, 2, 3])
    const thrown = (() => {
      try {
        fails('way')
      } catch ({ name, message, code, times }) {
        return { name, message, code, times }
      }
    })()
    const rejected = await rejects().catch(({ name, message }) => ({ name, message }))
    const bulk = large()
    return {
      rest,
      when: when.getTime(),
      later: await later('hello'),
      again: count('second').called,
      thrown,
      rejected,
      bulk: [bulk.length, bulk[0]],
    }
  })
  got.called = called
})

test('a seam outside of a cassette is the function itself', () => {
  const plain = seam('plain', () => process.pid)
  assert.equal(plain(), process.pid)
})

test('what no data can say is refused, by name', async () => {
  const refuse = seam('refuse', () => () => 1)
  await assert.rejects(
    withCassette('refused', { mode: 'record' }, () => refuse()),
    { code: 'RETAKE_SEAM_UNSERIALIZABLE' },
  )
  assert.equal(fs.existsSync(`${process.env.RETAKE_CASSETTE}/refused.retake`), false)
})

test('a function that fails writes nothing, and its error is the one that is seen', async () => {
  await assert.rejects(
    withCassette('failing', { mode: 'record' }, async () => {
      throw new Error('my own')
    }),
    { message: 'my own' },
  )
  assert.equal(fs.existsSync(`${process.env.RETAKE_CASSETTE}/failing.retake`), false)
})
