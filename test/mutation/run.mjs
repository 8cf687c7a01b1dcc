/**
 * `npm run mutation`: the proof that regressions are caught. The example app is recorded once; then each change of it is
 * replayed by the real `retake replay`. Every harmful one must be caught, and no harmless one flagged.
 *
 * node test/mutation/run.mjs [--only id,id,…]
 */
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { isSeenByPattern } from './by-pattern.mjs'
import { harmful } from './harmful.mjs'
import { harmless } from './harmless.mjs'
import { example, record, runRetake } from './recording.mjs'

const { values } = parseArgs({ options: { only: { type: 'string' } } })
const only = values.only?.split(',')
const changes = [
  ...harmful.map((change) => ({ ...change, isHarmful: true })),
  ...harmless.map((change) => ({ ...change, isHarmful: false })),
]
const chosen = changes.filter(({ id }) => only === undefined || only.includes(id))

// Below the repository, where the packages of the example are found.
const work = path.resolve(import.meta.dirname, '../../.cache/mutation', String(process.pid))
fs.mkdirSync(work, { recursive: true })
try {
  await prove()
} finally {
  fs.rmSync(work, { recursive: true, force: true })
}

async function prove() {
  const cassette = path.join(work, 'cassettes')
  const { env, requests } = await record(cassette)
  const unchanged = await replay({ id: 'unchanged' }, cassette, env)
  if (unchanged.isFlagged) throw new Error(`the unchanged app does not replay as recorded:\n${unchanged.why}`)
  console.log(`${requests} requests recorded, PostgreSQL and the upstreams stopped; ${chosen.length} changes of the app:\n`)
  console.log(line('change', 'Retake', 'by pattern', 'what was told first'))

  const results = []
  const pending = [...chosen]
  const worker = async () => {
    for (let change = pending.shift(); change !== undefined; change = pending.shift()) {
      const result = { change, ...(await replay(change, cassette, env)) }
      results.push(result)
      console.log(
        line(
          `${change.isHarmful ? '' : 'harmless: '}${change.id}`,
          word(change, result.isFlagged),
          word(change, result.isSeenByPattern),
          result.why,
        ),
      )
    }
  }
  await Promise.all(Array.from({ length: Math.min(2, os.availableParallelism()) }, worker))
  conclude(results)
}

/** Replays the changed app. */
async function replay(change, cassette, env) {
  const directory = path.join(work, change.id)
  for (const name of ['app.js', 'package.json', 'src']) fs.cpSync(path.join(example, name), path.join(directory, name), { recursive: true })
  if (change.file !== undefined) apply(change, path.join(directory, change.file))
  const run = runRetake(['replay', '--json', '--cassette', cassette, '--', 'node', 'app.js'], directory, env)
  const { exitCode, stdout, stderr } = await run.ended
  fs.rmSync(directory, { recursive: true, force: true })
  if (exitCode !== 0 && exitCode !== 1) throw new Error(`${change.id}: retake replay ended with ${exitCode}\n${stdout}${stderr}`)
  const failed = JSON.parse(stdout).takes.filter(({ pass }) => !pass)
  return {
    isFlagged: exitCode === 1,
    isSeenByPattern: failed.some(isSeenByPattern),
    why: failed.length === 0 ? '' : `${failed[0].method} ${failed[0].target.slice(0, 24)}: ${failed[0].reasons[0]}`,
  }
}

function apply({ id, find, replace, top = '' }, file) {
  const parts = fs.readFileSync(file, 'utf8').split(find)
  if (parts.length !== 2) throw new Error(`${id}: what it replaces stands ${parts.length - 1} times in ${path.basename(file)}`)
  fs.writeFileSync(file, top + parts.join(replace))
}

function conclude(results) {
  const count = (isHarmful, seen) => results.filter((result) => result.change.isHarmful === isHarmful && result[seen]).length
  const all = (isHarmful) => results.filter(({ change }) => change.isHarmful === isHarmful).length
  const score = (seen) => `${count(true, seen)} of ${all(true)} caught, ${count(false, seen)} of ${all(false)} harmless flagged`
  console.log(`\nby pattern: ${score('isSeenByPattern')}`)
  console.log(`mutation: ${score('isFlagged')}`)
  const wrong = results.filter(({ change, isFlagged }) => change.isHarmful !== isFlagged)
  for (const { change, why } of wrong) console.log(`wrong: ${change.id} ${why}`)
  process.exitCode = wrong.length === 0 && results.length > 0 ? 0 : 1
}

function word({ isHarmful }, isSeen) {
  if (isHarmful) return isSeen ? 'caught' : 'MISSED'
  return isSeen ? 'FLAGGED' : 'quiet'
}

function line(...[change, ours, theirs, why]) {
  return `${change.padEnd(36)} ${ours.padEnd(8)} ${theirs.padEnd(11)} ${why.replaceAll(/\s+/g, ' ').slice(0, 110)}`.trimEnd()
}
