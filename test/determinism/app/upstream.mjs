import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import FormDataPackage from 'form-data'
import * as retries from 'p-retry'

// The generated twin has a namespace for its default.
const pRetry = retries.default.default ?? retries.default
const upstreamUrl = `http://127.0.0.1:${process.env.UPSTREAM_PORT}`
const json = async (path, init) => (await fetch(`${upstreamUrl}${path}`, init)).json()

export const routes = {
  // 31
  '/form/fetch': async () => {
    const form = new FormData()
    form.set('id', randomUUID())
    form.set('file', new File(['text'], 'a.txt'))
    const { headers } = new Response(form)
    return { type: headers.get('content-type'), sent: await json('/echo', { method: 'POST', body: form }) }
  },
  '/form/package': () => {
    const form = new FormDataPackage()
    form.append('id', randomUUID())
    return { headers: form.getHeaders(), body: form.getBuffer().toString() }
  },
  // 32
  '/fetch/concurrent': async () => {
    const order = []
    const answers = await Promise.all(
      [30, 5, 20, 1, 10].map(async (ms) => {
        const answer = await json(`/slow?ms=${ms}`)
        order.push(ms)
        return [answer, Date.now(), Math.random()]
      }),
    )
    return { order, answers }
  },
  // 33
  '/race': async () => [
    await Promise.race([json('/slow?ms=40').then(() => 'call'), sleep(8, 'timer')]),
    await Promise.race([json('/price').then(() => 'call'), sleep(400, 'timer')]),
    Date.now(),
  ],
  // 36
  '/retry/by-hand': async () => {
    for (let attempt = 1; ; attempt++) {
      const response = await fetch(`${upstreamUrl}/unavailable`)
      if (response.ok || attempt === 5) return { attempt, body: await response.json(), at: Date.now() }
      await response.body?.cancel()
      await sleep(4 * 2 ** attempt * (0.5 + Math.random()))
    }
  },
  '/retry/p-retry': async () => {
    const waited = []
    const run = async (attempt) => {
      const response = await fetch(`${upstreamUrl}/unavailable`)
      if (attempt < 3) throw new Error(`attempt ${attempt}: ${response.status}`)
      return response.json()
    }
    const answer = await pRetry(run, {
      retries: 4,
      minTimeout: 5,
      randomize: true,
      onFailedAttempt: ({ attemptNumber }) => waited.push([attemptNumber, Date.now()]),
    })
    return { waited, answer }
  },
  // 100 times one hash; 50 at once.
  '/everything': async (_request, _response, query) => {
    const steps = []
    for (let step = 0; step < 3; step++) {
      steps.push([Date.now(), performance.now(), Math.random(), randomUUID()])
      await sleep(Math.random() * 8)
      if (step === 1) steps.push(await json(`/price?n=${query.get('n')}`))
    }
    return { n: query.get('n'), steps }
  },
}
