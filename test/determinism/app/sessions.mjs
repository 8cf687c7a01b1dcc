import cookieSession from 'cookie-session'
import express from 'express'
import session from 'express-session'
import { randomUUID } from 'node:crypto'

const app = (...handlers) => {
  const made = express()
  made.use(...handlers)
  return (request, response) => void made(request, response)
}

export const routes = {
  // 27
  '/session/express': app(
    session({ secret: 'salt', resave: false, saveUninitialized: true, cookie: { maxAge: 60_000 } }),
    (request, response) => {
      response.json({ id: request.sessionID, cookie: request.session.cookie })
    },
  ),
  '/session/cookie': app(cookieSession({ name: 's', keys: ['salt'], maxAge: 60_000 }), (request, response) => {
    request.session.user = randomUUID()
    request.session.at = Date.now()
    response.json(request.session)
  }),
  '/cookie/expires': app((_request, response) => {
    response.cookie('later', randomUUID(), { maxAge: 5000 }).cookie('at', '1', { expires: new Date(Date.now() + 1e6) })
    response.send('set')
  }),
  // 30
  '/etag': app((_request, response) => response.send({ at: Date.now(), id: randomUUID() })),
  '/date-header': (_request, response) => {
    response.writeHead(200, { 'x-at': new Date().toISOString() })
    response.end('dated')
  },
  '/date-header/own': (_request, response) => {
    response.writeHead(200, ['Date', new Date(0).toUTCString(), 'X-Id', randomUUID()])
    response.end()
  },
}
