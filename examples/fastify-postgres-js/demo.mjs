// Records the notes under a little traffic, stops their database, and replays them.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ownDatabase } from '../express-pg/services/own-database.js'
import { startPostgres } from '../express-pg/services/postgres.js'

const here = dirname(fileURLToPath(import.meta.url))
const retake = fileURLToPath(new URL('./cli.js', import.meta.resolve('retake')))
const cassette = join('.demo', 'cassettes')
rmSync(join(here, cassette), { recursive: true, force: true })

const database = process.env.DATABASE_URL ? await ownDatabase(process.env.DATABASE_URL, 'retake_notes') : await startPostgres()
const env = { ...process.env, DATABASE_URL: database.url, PORT: '0' }
let recorded
try {
  const app = start('record', '--cassette', cassette, '--', 'node', 'app.js')
  recorded = await writeNotes(await app.address)
  app.process.kill('SIGINT')
  await app.ended
} finally {
  await database.stop()
}
const replay = start('replay', '--cassette', cassette)
const exitCode = await replay.ended
console.log(
  exitCode === 0 ? `notes: ${recorded} requests recorded, and identical without the database` : `notes: replay ended with ${exitCode}`,
)
process.exitCode = exitCode

/** @returns How many requests were sent. */
async function writeNotes(base) {
  let count = 0
  const send = async (method, path, body) => {
    count++
    const response = await fetch(base + path, {
      method,
      ...(body !== undefined && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    })
    return response.json()
  }
  const { id } = await send('POST', '/notes', { title: 'Buy tea', tags: ['shop', 'home'] })
  await Promise.all(['Sharpen knives', 'Call Ada'].map((title) => send('POST', '/notes', { title, tags: ['home'] })))
  await send('POST', '/notes', { title: '' })
  await send('PUT', `/notes/${id}/tags`, ['shop'])
  await send('PUT', '/notes/00000000-0000-4000-8000-000000000000/tags', ['shop'])
  await send('GET', '/notes?tag=home')
  await send('GET', '/tags')
  return count
}

function start(...words) {
  const child = spawn(process.execPath, [retake, ...words], { cwd: here, env, stdio: ['ignore', 'pipe', 'inherit'] })
  const ended = once(child, 'close').then(([code]) => code)
  const address = new Promise((resolve, reject) => {
    let output = ''
    child.stdout.setEncoding('utf8').on('data', (text) => {
      process.stdout.write(text)
      output += text
      const found = /notes at (\S+)/.exec(output)
      if (found !== null) resolve(found[1])
    })
    void ended.then(() => reject(new Error(`retake ${words[0]} ended early`)))
  })
  address.catch(() => {})
  return { process: child, ended, address }
}
