// Records the orders API under real traffic, stops everything it depends on, replays it, and catches a bug.
import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { rmSync } from 'node:fs'
import { connect } from 'node:net'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { stripVTControlCharacters, styleText } from 'node:util'
import { ownDatabase } from './services/own-database.js'
import { startPostgres } from './services/postgres.js'
import { startPricingService } from './services/pricing-service.js'
import { shop } from './traffic.js'

const here = dirname(fileURLToPath(import.meta.url))
const retake = fileURLToPath(new URL('./cli.js', import.meta.resolve('retake')))
const cassette = join('.demo', 'cassettes')
const colours = process.stdout.isTTY === true && !process.env.NO_COLOR
const style = (format, text) => (colours ? styleText(format, text) : text)
const undo = []

try {
  await demo()
} catch (error) {
  console.error(style('red', `\ndemo failed: ${error.message}`))
  process.exitCode = 1
} finally {
  for (const step of undo.reverse()) await Promise.resolve(step()).catch(() => {})
}

async function demo() {
  console.log(style('bold', 'Retake demo') + style('dim', ': an orders API (express, pg, fetch, uuid, JWT, bcrypt, retries with jitter)'))
  rmSync(join(here, cassette), { recursive: true, force: true })

  step(1, 'Start a real PostgreSQL and a pricing service that fails every fourth time')
  const database = process.env.DATABASE_URL ? await ownDatabase(process.env.DATABASE_URL) : await startPostgres()
  undo.push(database.stop)
  const pricing = await startPricingService()
  const pricingUrl = `http://127.0.0.1:${pricing.address().port}`
  undo.push(() => pricing.close().closeAllConnections())
  // The key seals what is secret in the recording (passwords, tokens), and opens it again at replay.
  const env = { DATABASE_URL: database.url, PRICING_URL: pricingUrl, PORT: '0', RETAKE_KEY: process.env.RETAKE_KEY ?? randomUUID() }
  note(`PostgreSQL on ${new URL(database.url).host}, pricing on ${new URL(pricingUrl).host}`)

  step(2, 'Record', `retake record -- node app.js`)
  const recording = runRetake(['record', '--cassette', cassette, '--', 'node', 'app.js'], env)
  undo.push(recording.kill)
  const port = await recording.output(/orders API on port (\d+)/)
  const sent = await shop(`http://127.0.0.1:${port}`)
  await recording.end('SIGINT')
  const takes = JSON.parse((await runRetake(['list', '--cassette', cassette, '--json'], env, 'quiet').end()).output)
  const recorded = takes.filter((take) => take.kind === 'http').length
  if (recorded !== sent) throw new Error(`${sent} requests were sent, and ${recorded} takes recorded`)

  step(3, 'Stop PostgreSQL and the pricing service')
  await database.stop()
  pricing.close().closeAllConnections()
  for (const [name, url] of [
    ['PostgreSQL', database.url],
    ['pricing', pricingUrl],
  ]) {
    if (name === 'PostgreSQL' && database.shared) note('your PostgreSQL runs on, without the database of the demo')
    else note(`${name}: ${await refusal(new URL(url))}`)
  }

  step(4, 'Replay in a fresh process', `retake replay`)
  const replayed = await runRetake(['replay', '--cassette', cassette], env).end()
  if (replayed.exitCode !== 0) throw new Error(`the unchanged app did not answer as recorded (exit code ${replayed.exitCode})`)

  step(5, 'Replay a version with a bug in it', `retake replay -- node app-with-bug.js`)
  const caught = await runRetake(['replay', '--cassette', cassette, '--', 'node', 'app-with-bug.js'], env, 'failures').end()
  if (caught.exitCode !== 1) throw new Error(`the bug was not caught (exit code ${caught.exitCode})`)
  if (!caught.output.includes('shippingCents')) throw new Error('the version with the bug failed, but not because of the bug')

  console.log(`\ndemo: recorded ${recorded}, replayed ${recorded} identical, regression caught`)
}

function step(number, title, command) {
  console.log(`\n${style('bold', `${number}  ${title}`)}${command === undefined ? '' : style('dim', `   $ ${command}`)}`)
}

function note(text) {
  console.log(style('dim', `   ${text}`))
}

// Runs `retake` and shows what it prints, indented by three: all of it (`shown`), all but passing takes (`failures`), nothing (`quiet`).
function runRetake(args, env, how = 'shown') {
  const width = (process.stdout.columns ?? 100) - 3
  const child = spawn(process.execPath, [retake, ...args], {
    cwd: here,
    env: { ...process.env, ...env, COLUMNS: String(width), ...(colours && { FORCE_COLOR: '1' }) },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  let rest = ''
  const hear = (text) => {
    output += text
    if (how === 'quiet') return
    const lines = (rest + text).split('\n')
    rest = lines.pop()
    for (const line of lines) {
      if (how === 'failures' && stripVTControlCharacters(line).startsWith('✓')) continue
      console.log(line === '' ? '' : `   ${line}`)
    }
  }
  child.stdout.setEncoding('utf8').on('data', hear)
  child.stderr.setEncoding('utf8').on('data', hear)
  const closed = once(child, 'close')
  return {
    // Resolves with the first group of the pattern as soon as it was printed.
    output: (pattern) =>
      new Promise((resolve, reject) => {
        const look = () => {
          const found = pattern.exec(output)
          if (found !== null) resolve(found[1])
        }
        child.stdout.on('data', look)
        void closed.then(() => reject(new Error(`retake ${args[0]} ended early:\n${output}`)))
        look()
      }),
    end: async (signal) => {
      if (signal !== undefined) child.kill(signal)
      const [exitCode] = await closed
      return { exitCode, output }
    },
    // SIGTERM, not SIGKILL: it is passed on to the app.
    kill: async () => {
      child.kill('SIGTERM')
      await closed
    },
  }
}

// The proof that nobody is there any more.
function refusal({ hostname, port }) {
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname)
    socket.once('error', (error) => resolve(error.message))
    socket.once('connect', () => reject(new Error(`something still answers on port ${port}`)))
  })
}
