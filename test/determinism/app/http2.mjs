import { setTimeout as sleep } from 'node:timers/promises'

const file = () => `${process.env.KEYS}/ec.pem`

/** Routes that answer by the stream of a request: HTTP/2 only. */
export const routes = {
  '/http2/stream': async ({ stream }) => {
    await sleep(Math.random() * 8)
    stream.respond({ ':status': 201, 'x-drawn': String(Math.random()), 'set-cookie': [`a=${Math.random()}`, 'b=2'] })
    stream.write(`${Date.now()} `)
    await sleep(Math.random() * 8)
    stream.end(String(performance.now()))
  },
  // A first write responds by itself.
  '/http2/write': async ({ stream }) => {
    stream.write(String(Math.random()))
    stream.end()
  },
  '/http2/list': ({ stream }) => stream.respond({ 'x-one': '1', 'content-type': 'text/plain' }, { endStream: true }),
  '/http2/no-date': ({ stream }) => stream.respond({ 'x-drawn': String(Math.random()) }, { endStream: true, sendDate: false }),
  '/http2/own-date': ({ stream }) => stream.respond({ date: new Date().toUTCString() }, { endStream: true }),
  '/http2/file': ({ stream }) => stream.respondWithFile(file(), { 'x-drawn': String(Math.random()) }),
  '/http2/trailers': ({ stream }) => {
    stream.respond({}, { waitForTrailers: true })
    // The compatibility layer would send its own.
    stream.removeAllListeners('wantTrailers')
    stream.on('wantTrailers', () => {
      // Node sends them in an immediate of its own: it is none of the take's.
      setImmediate(() => stream.sendTrailers({ 'x-drawn': String(Math.random()), 'x-at': String(Date.now()) }))
    })
    stream.end('body')
  },
  '/http2/added-trailers': (_request, response) => {
    response.addTrailers({ 'x-drawn': String(Math.random()) })
    return { at: Date.now() }
  },
  '/http2/early': async (_request, response) => {
    response.writeEarlyHints({ link: `</${Math.random()}.css>; rel=preload` })
    await sleep(3)
    return { at: Date.now() }
  },
  '/http2/push': ({ stream }) => {
    stream.pushStream({ ':path': `/pushed/${Math.random()}` }, (error, pushed) => {
      pushed.on('error', () => undefined)
      pushed.respond({ 'x-drawn': String(Math.random()) })
      pushed.end()
      stream.respond({ 'x-pushed': String(error === null) })
      stream.end(String(Math.random()))
    })
  },
  // What follows the end of a stream belongs to its take, and to no other.
  '/http2/after': async ({ stream }, response) => {
    const order = []
    for (const event of ['finish', 'close']) stream.once(event, () => order.push(event, Math.random()))
    await new Promise((resolve) => setImmediate(resolve))
    setTimeout(() => order.push(Math.random()), 5)
    response.setHeader('x-drawn', Math.random())
    return { order }
  },
}
