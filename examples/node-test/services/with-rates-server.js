// `npm run record`: runs the tests once against a real service, and records what it says.
import { spawn } from 'node:child_process'
import { createServer } from 'node:http'

const server = createServer((request, response) => {
  const [, from, to] = /^\/rates\/(\w+)\/(\w+)$/.exec(request.url) ?? []
  const answer = (status, body) => response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
  if (['EUR', 'USD', 'JPY'].includes(from) && ['EUR', 'USD', 'JPY'].includes(to)) answer(200, { from, to, rate: 0.5 + Math.random() })
  else answer(404, { error: 'unknown currency' })
})

server.listen(4010, '127.0.0.1', () => {
  const tests = spawn(process.execPath, ['--test'], { stdio: 'inherit', env: { ...process.env, RETAKE_MODE: 'record' } })
  tests.on('exit', (code) => {
    process.exitCode = code ?? 1
    server.close()
    server.closeAllConnections()
  })
})
