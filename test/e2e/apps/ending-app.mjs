// Ends in the way that BEHAVIOUR names, when it is asked to by a request for /end or by a signal.
import http from 'node:http'

const behaviour = process.env.BEHAVIOUR ?? ''
const upstream = process.env.UPSTREAM

const endings = {
  'process.exit() in a handler': () => process.exit(7),
  'an exit code, and nothing left to do': (response) => {
    process.exitCode = 8
    response.end()
    server.close()
    server.closeIdleConnections()
  },
  'an uncaught exception': () => {
    setImmediate(() => {
      throw new Error('nobody catches this')
    })
  },
  'an unhandled rejection': () => {
    void Promise.reject(new Error('nobody handles this'))
  },
  "an 'exit' handler that changes the exit code": () => {
    process.on('exit', () => (process.exitCode = 9))
    process.exit()
  },
  "process.exit() in an 'exit' handler": () => {
    process.on('exit', () => process.exit(10))
    process.exit(0)
  },
  'a kill of its own': () => process.kill(process.pid, 'SIGTERM'),
}

const onSignal = {
  'a handler that ends': (signal) => process.exit(signal === 'SIGTERM' ? 21 : 22),
  'a handler that closes': () => {
    server.close()
    server.closeAllConnections()
  },
  'a handler once': undefined,
  'a handler that went': undefined,
  'a handler that ends if it is alone': undefined,
}

if (behaviour in onSignal) {
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) {
    const handler = onSignal[behaviour]
    if (handler !== undefined) process.on(signal, handler)
  }
}
if (behaviour === 'a handler once') process.once('SIGTERM', () => setImmediate(() => process.exit(23)))
if (behaviour === 'a handler that went') {
  const gone = () => console.log('it is still there')
  process.on('SIGTERM', gone)
  process.removeListener('SIGTERM', gone)
}
// What libraries do (signal-exit): who is the only one to handle a signal ends the process as the signal would have.
if (behaviour === 'a handler that ends if it is alone') {
  for (const signal of ['SIGTERM', 'SIGINT']) {
    const handler = () => {
      console.log(`handled by ${process.listeners(signal).length}`)
      if (process.listeners(signal).length > 1) return
      process.removeListener(signal, handler)
      process.kill(process.pid, signal)
    }
    process.on(signal, handler)
  }
}

const server = http.createServer(async (request, response) => {
  if (request.url === '/end') return endings[behaviour](response)
  // Never answered: the app ends while this is under way.
  const answer = await fetch(`${upstream}${request.url}`)
  if (request.url.startsWith('/half')) {
    response.write('half ')
    console.log('half written')
    return
  }
  response.end(await answer.text())
})
server.listen(0, '127.0.0.1', () => console.log(`listening ${server.address().port}`))
