// The example app under its real traffic, recorded once; then everything that it depends on is stopped.
import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import path from 'node:path'
import { ownDatabase } from '../../examples/express-pg/services/own-database.js'
import { startPostgres } from '../../examples/express-pg/services/postgres.js'
import { startPricingService } from '../../examples/express-pg/services/pricing-service.js'
import { shop } from '../../examples/express-pg/traffic.js'

const root = path.resolve(import.meta.dirname, '../..')
/** The example that is changed. */
export const example = path.join(root, 'examples/express-pg')
const retake = path.join(root, 'packages/retake/dist/cli.js')

/** @returns The environment in which the recording can be played, and how many requests it has. */
export async function record(cassette) {
  const database = await openDatabase()
  const pricing = await startPricingService()
  const env = {
    DATABASE_URL: database.url,
    PRICING_URL: `http://127.0.0.1:${pricing.address().port}`,
    PORT: '0',
    RETAKE_KEY: randomUUID(),
  }
  const recording = runRetake(['record', '--cassette', cassette, '--', 'node', 'app.js'], example, env)
  try {
    const port = await recording.heard(/orders API on port (\d+)/)
    return { env, requests: await shop(`http://127.0.0.1:${port}`) }
  } finally {
    recording.stop()
    await recording.ended
    await database.stop()
    pricing.close().closeAllConnections()
  }
}

/** On a server that answers already, else on one of our own. */
async function openDatabase() {
  const { PGHOST: host = '127.0.0.1', PGPORT: port = '5432', PGUSER: user = 'postgres', PGPASSWORD: password = '' } = process.env
  const url = process.env.DATABASE_URL ?? `postgres://${user}:${password}@${host}:${port}/postgres`
  try {
    return await ownDatabase(url, `retake_mutation_${process.pid}`)
  } catch (error) {
    if (error.code !== 'ECONNREFUSED') throw error
    return startPostgres()
  }
}

/** Starts `retake`. @returns What it printed, by the time that it ended. */
export function runRetake(words, cwd, env) {
  const { NODE_OPTIONS: _, RETAKE_MODE: __, ...inherited } = process.env
  const child = spawn(process.execPath, [retake, ...words], {
    cwd,
    env: { ...inherited, ...env, NO_COLOR: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const output = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr']) child[name].setEncoding('utf8').on('data', (text) => (output[name] += text))
  const ended = once(child, 'close').then(([exitCode]) => ({ exitCode, ...output }))
  return {
    ended,
    stop: () => child.kill('SIGINT'),
    heard: (pattern) =>
      new Promise((resolve, reject) => {
        const look = () => {
          const found = pattern.exec(output.stdout)
          if (found !== null) resolve(found[1])
        }
        child.stdout.on('data', look)
        void ended.then(() => reject(new Error(`retake ${words[0]} ended early:\n${output.stdout}${output.stderr}`)))
      }),
  }
}
