/** msw has no recorder: handlers with the bodies are written by hand, which is what its users do. */
import { http, HttpResponse } from 'msw'
import { setupServer } from 'msw/node'
import { report } from '../calls.mjs'

const [, , client, origin] = process.argv
const body = 'x'.repeat(2048)
const server = setupServer(http.get(`${origin}/item/:id`, () => HttpResponse.text(body, { headers: { 'content-type': 'text/plain' } })))
server.listen({ onUnhandledRequest: 'error' })
await report(client, origin)
process.exit()
