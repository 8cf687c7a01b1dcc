// Processes and threads that a service starts, each of which asks the upstream. What CHILD names, is started on request.
import { execFileSync, execSync, fork, spawn } from 'node:child_process'
import cluster from 'node:cluster'
import http from 'node:http'
import { fileURLToPath } from 'node:url'
import { isMainThread, parentPort, SHARE_ENV, Worker, workerData } from 'node:worker_threads'

const upstream = process.env.UPSTREAM
const file = fileURLToPath(import.meta.url)
const ask = async (who) => (await fetch(`${upstream}/${who}`)).text()

const ways = {
  thread: () =>
    new Promise((resolve, reject) => {
      const worker = new Worker(file, { workerData: 'asked by a thread' })
      let text
      worker.on('message', (message) => (text = message))
      worker.on('error', reject)
      worker.on('exit', () => resolve(text))
    }),
  fork: () =>
    new Promise((resolve, reject) => {
      const child = fork(file, ['child'])
      let text
      child.on('message', (message) => (text = message))
      child.on('error', reject)
      child.on('exit', () => resolve(text))
    }),
  spawn: () =>
    new Promise((resolve, reject) => {
      const child = spawn(process.execPath, [file, 'child'], { stdio: ['ignore', 'pipe', 'inherit'] })
      let text = ''
      child.stdout.on('data', (data) => (text += data))
      child.on('error', reject)
      child.on('close', () => resolve(text))
    }),
  'thread-of-text': () => twice({ eval: true }),
  'thread-of-text-without-options': () => twice({ eval: true, execArgv: [], env: {} }),
  'thread-with-shared-environment': () => twice({ eval: true, execArgv: ['--no-warnings'], env: SHARE_ENV }),
  'data-thread': () => said(new Worker(new URL(`data:text/javascript,${encodeURIComponent(thread)}`), { workerData: upstream })),
  'spawn-elsewhere': async () => outputOf(spawn(process.execPath, [file, 'child'], { cwd: '/', env: { UPSTREAM: upstream } })),
  'exec-sync': () => execSync(`"${process.execPath}" "${file}" child`).toString(),
  'exec-file-sync': () => execFileSync(process.execPath, [file, 'child'], { env: { UPSTREAM: upstream }, encoding: 'utf8' }),
  'fork-without-options': () => said(fork(file, ['child'], { execArgv: [], env: { UPSTREAM: upstream } })),
  environment: () => execSync('env | grep -c -e NODE_OPTIONS -e RETAKE_PARENT || true').toString(),
}

const thread = `
  import { parentPort, workerData } from 'node:worker_threads'
  parentPort.postMessage([await (await fetch(workerData + '/asked-by-a-thread')).text(), Math.random(), process.execArgv.length])`
const script = `
  const { parentPort, workerData } = require('node:worker_threads')
  fetch(workerData + '/asked-by-a-thread').then(async (response) => parentPort.postMessage([await response.text(), Math.random()]))`

/** Two that are started alike: each has its own answers. */
const twice = (options) => Promise.all([0, 1].map(() => said(new Worker(script, { ...options, workerData: upstream }))))

const said = (one) =>
  new Promise((resolve, reject) => {
    let message
    one.on('message', (text) => (message = text))
    one.on('error', reject)
    one.on('exit', () => resolve(message))
  })

const outputOf = (child) =>
  new Promise((resolve, reject) => {
    let text = ''
    child.stdout.on('data', (data) => (text += data))
    child.on('error', reject)
    child.on('close', () => resolve(text))
  })

if (!isMainThread) {
  parentPort.postMessage(await ask(workerData.replaceAll(' ', '-')))
} else if (process.argv[2] === 'child') {
  const text = await ask('asked-by-a-child')
  if (process.send === undefined) process.stdout.write(text)
  else process.send(text, () => process.disconnect())
} else if (process.argv[2] === 'cluster' && cluster.isPrimary) {
  for (let count = 0; count < 2; count++) cluster.fork()
  let listening = 0
  cluster.on('listening', (_worker, { port }) => {
    if (++listening === 2) console.log(`listening ${port}`)
  })
  process.on('SIGTERM', () => cluster.disconnect(() => process.exit(0)))
} else {
  if (cluster.isWorker) console.log(`worker ${cluster.worker.id} drew ${Math.random()} at its start`)
  const server = http.createServer(async (request, response) => {
    const name = request.url.slice(1)
    try {
      const answer = name in ways ? await ways[name]() : await ask(name)
      response.setHeader('connection', 'close').end(JSON.stringify({ answer, at: Date.now(), random: Math.random() }))
    } catch (error) {
      response.writeHead(500).end(String(error.cause ?? error.stack))
    }
  })
  server.listen(0, '127.0.0.1', () => {
    if (!cluster.isWorker) console.log(`listening ${server.address().port}`)
  })
}
