import { createHash } from 'node:crypto'
import http from 'node:http'
import { gzipSync } from 'node:zlib'
import axios from 'axios'
import express from 'express'
import fastify from 'fastify'
import got from 'got'
import ky from 'ky'
import needle from 'needle'
import nodeFetch from 'node-fetch'
import superagent from 'superagent'
import { expect, test } from 'vitest'
import { Agent, pipeline, request, stream } from 'undici'
import { listening, type RealServer, sameInBothRuns } from '../harness/both-runs.ts'

/** The same few routes for every client. */
async function shop(): Promise<RealServer> {
  const app = express()
  let orders = 0
  app.use(express.json())
  app.get('/prices', (req, res) => void res.set('Set-Cookie', ['a=1', 'b=2']).json({ sku: req.query.sku, price: 10.5 }))
  app.get(
    '/packed',
    (_req, res) =>
      void res
        .type('text')
        .set('content-encoding', 'gzip')
        .send(gzipSync('packed '.repeat(500))),
  )
  app.get('/missing', (_req, res) => void res.status(404).json({ error: 'no such thing' }))
  app.get('/moved', (_req, res) => res.redirect(302, '/prices?sku=moved'))
  app.post('/orders', (req, res) => void res.status(201).json({ id: ++orders, ...req.body }))
  app.post('/upload', (req, res) => {
    const hash = createHash('sha256')
    let length = 0
    req.on('data', (piece: Buffer) => {
      hash.update(piece)
      length += piece.length
    })
    // The boundary is random, so the raw body is no part of the answer.
    req.on('end', () => void res.json({ length, type: req.headers['content-type']?.split(';')[0] }))
  })
  return await listening(http.createServer(app))
}

interface Seen {
  readonly status: number | undefined
  readonly body: unknown
}

const clients: { readonly [name: string]: (origin: string) => Promise<unknown> } = {
  'node:http': async (origin) => [await plain('GET', `${origin}/prices?sku=1`), await plain('POST', `${origin}/orders`, { sku: 1 })],
  fetch: async (origin) => [
    await fetched(fetch(`${origin}/prices?sku=1`)),
    await fetched(fetch(`${origin}/moved`)),
    await fetched(fetch(`${origin}/missing`)),
    await fetched(fetch(`${origin}/packed`)),
    await fetched(
      fetch(`${origin}/orders`, { method: 'POST', body: JSON.stringify({ sku: 1 }), headers: { 'content-type': 'application/json' } }),
    ),
    await fetched(fetch(`${origin}/upload`, { method: 'POST', body: form() })),
    await fetched(fetch(`${origin}/upload`, { method: 'POST', body: new URLSearchParams({ a: '1', b: 'ü' }) })),
  ],
  'undici request': async (origin) => {
    const dispatcher = new Agent({ pipelining: 1 })
    const { statusCode, headers, body } = await request(`${origin}/prices?sku=1`, { dispatcher })
    const seen = [{ statusCode, headers, body: await body.json() }]
    const created = await request(`${origin}/orders`, {
      dispatcher,
      method: 'POST',
      body: '{"sku":2}',
      headers: { 'content-type': 'application/json' },
    })
    seen.push({ statusCode: created.statusCode, headers: created.headers, body: await created.body.json() })
    await dispatcher.close()
    return seen
  },
  'undici stream and pipeline': async (origin) => {
    const dispatcher = new Agent()
    const { Writable } = await import('node:stream')
    const pieces: Buffer[] = []
    const collect = (): InstanceType<typeof Writable> =>
      new Writable({
        write(piece: Buffer, _encoding, done) {
          pieces.push(piece)
          done()
        },
      })
    await stream(`${origin}/prices?sku=1`, { dispatcher, method: 'GET' }, collect)
    const duplex = pipeline(
      `${origin}/orders`,
      { dispatcher, method: 'POST', headers: { 'content-type': 'application/json' } },
      ({ body }) => body,
    )
    duplex.end('{"sku":3}')
    for await (const piece of duplex) pieces.push(piece as Buffer)
    await dispatcher.close()
    return Buffer.concat(pieces).toString()
  },
  axios: async (origin) => {
    const client = axios.create({ validateStatus: () => true, baseURL: origin })
    const seen = []
    for (const response of [
      await client.get('/prices', { params: { sku: 1 } }),
      await client.get('/packed'),
      await client.get('/missing'),
      await client.get('/moved'),
      await client.post('/orders', { sku: 1, price: 1e21 }),
      await client.postForm('/upload', { a: '1', file: Buffer.from('x'.repeat(1000)) }),
    ]) {
      seen.push({ status: response.status, headers: JSON.stringify(response.headers), data: response.data as unknown })
    }
    return seen
  },
  got: async (origin) => {
    const seen: Seen[] = []
    for (const response of [
      await got(`${origin}/prices?sku=1`),
      await got(`${origin}/packed`),
      await got(`${origin}/missing`, { throwHttpErrors: false }),
      await got(`${origin}/moved`),
      await got.post(`${origin}/orders`, { json: { sku: 1 } }),
    ]) {
      seen.push({ status: response.statusCode, body: response.body })
    }
    return seen
  },
  'node-fetch': async (origin) => [
    await fetched(nodeFetch(`${origin}/prices?sku=1`)),
    await fetched(nodeFetch(`${origin}/packed`)),
    await fetched(nodeFetch(`${origin}/orders`, { method: 'POST', body: '{"sku":1}', headers: { 'content-type': 'application/json' } })),
  ],
  superagent: async (origin) => {
    const seen: Seen[] = []
    for (const response of [
      await superagent.get(`${origin}/prices?sku=1`),
      await superagent.get(`${origin}/packed`),
      await superagent.get(`${origin}/missing`).ok(() => true),
      await superagent.post(`${origin}/orders`).send({ sku: 1 }),
      await superagent.post(`${origin}/upload`).field('a', '1').attach('file', Buffer.from('content'), 'a.bin'),
    ]) {
      seen.push({ status: response.status, body: { text: response.text, headers: response.headers } })
    }
    return seen
  },
  ky: async (origin) => [
    await fetched(ky(`${origin}/prices?sku=1`)),
    await fetched(ky(`${origin}/missing`, { throwHttpErrors: false })),
    await fetched(ky.post(`${origin}/orders`, { json: { sku: 1 } })),
  ],
  needle: async (origin) => {
    const seen: Seen[] = []
    for (const response of [
      await needle('get', `${origin}/prices?sku=1`),
      await needle('get', `${origin}/packed`, { compressed: true }),
      await needle('post', `${origin}/orders`, { sku: 1 }, { json: true }),
    ]) {
      seen.push({ status: response.statusCode, body: response.body as unknown })
    }
    return seen
  },
}

for (const [name, run] of Object.entries(clients)) {
  test(name, async () => {
    const both = await sameInBothRuns(await shop(), run)
    expect(both.interactions.length).toBeGreaterThan(1)
  })
}

test('fastify as server, concurrent fetches', async () => {
  const app = fastify()
  let served = 0
  app.get('/slow/:id', async ({ params }) => ({ ...(params as object), order: ++served }))
  await app.ready()
  await sameInBothRuns(await listening(app.server), async (origin) => {
    return await Promise.all(Array.from({ length: 12 }, (_, at) => fetched(fetch(`${origin}/slow/${at}`))))
  })
})

function form(): FormData {
  const data = new FormData()
  data.set('a', '1')
  data.set('file', new Blob([new Uint8Array([0, 1, 2, 255])]), 'ü.bin')
  return data
}

async function fetched(
  pending: PromiseLike<{ status: number; headers: Iterable<[string, string]>; text(): Promise<string> }>,
): Promise<unknown> {
  const response = await pending
  return { status: response.status, headers: [...response.headers], body: await response.text() }
}

function plain(method: string, url: string, body?: unknown): Promise<Seen> {
  return new Promise((resolve, reject) => {
    const outgoing = http.request(
      url,
      { method, headers: body === undefined ? {} : { 'content-type': 'application/json' } },
      (response) => {
        let text = ''
        response.setEncoding('utf8').on('data', (piece: string) => (text += piece))
        response.on('end', () => resolve({ status: response.statusCode, body: text }))
      },
    )
    outgoing.on('error', reject)
    outgoing.end(body === undefined ? undefined : JSON.stringify(body))
  })
}
