/**
 * How long the comparison of large answers takes, and what it needs of memory: 10 MB of JSON full of ids and times that all
 * differ, the same with one wrong value, a list that lost an item, and shapes that would be expensive for a naive comparison.
 * Usage: node benchmarks/comparison/comparison.mjs [--quick] [name …]
 */
import { createHash } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import os from 'node:os'
import { bundled } from '../bundled.mjs'
import { here, median, table } from '../measure.mjs'

const { compare, References } = await bundled('comparison', "export { compare, References } from '@retake/comparison'")

const recordedAt = Date.parse('2026-03-01T10:15:30.000Z')
const replayedAt = Date.parse('2026-11-22T08:00:00.000Z')
const json = { 'content-type': 'application/json' }

/** The same hex digits for the same words, in every run. */
const hex = (...words) => createHash('sha256').update(words.join(' ')).digest('hex')
const uuid = (...words) => {
  const text = hex(...words)
  return `${text.slice(0, 8)}-${text.slice(8, 12)}-4${text.slice(13, 16)}-a${text.slice(17, 20)}-${text.slice(20, 32)}`
}
const digits = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
const base62 = (length, ...words) =>
  Array.from(createHash('sha256').update(words.join(' ')).digest().subarray(0, length), (byte) => digits[byte % 62]).join('')
const objectId = (run, at) => Math.floor(run / 1000).toString(16) + hex(run, 'item', at).slice(0, 16)

/** An order of a shop, as one run answers it: ids and times are of the run, everything else is data. */
const order = (run, at) => ({
  id: uuid(run, 'order', at),
  number: 20_260_000 + at,
  customerId: uuid(run, 'customer', at % 5000),
  createdAt: new Date(run + at).toISOString(),
  updatedAt: run + at,
  requestId: `req_${base62(24, run, 'query', at)}`,
  status: at % 3 === 0 ? 'paid' : 'open',
  total: 129.9 + (at % 100),
  items: [{ id: objectId(run, at), sku: `SKU-${at}`, name: 'Mechanical keyboard', quantity: 1 + (at % 4) }],
  note: `Ordered by telephone, ${at % 7} pieces, to be delivered to the door`,
  paid: at % 3 === 0,
})
const orders = (run, count) => Array.from({ length: count }, (_, at) => order(run, at))
const outcome = (value, headers = json) => ({
  status: 200,
  headers,
  body: Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)),
})

const many = 22_500
const changed = (list, at, change) => list.map((item, index) => (index === at ? { ...item, ...change } : item))
const without = (list, at) => list.filter((_, index) => index !== at)
const wide = (run, count) => Object.fromEntries(Array.from({ length: count }, (_, at) => [`key_${at}`, uuid(run, at)]))
const noisyNames = (run, count) => Object.fromEntries(Array.from({ length: count }, (_, at) => [uuid(run, at), at]))
const deep = (depth, end) => `${'{"a":['.repeat(depth)}${end}${']}'.repeat(depth)}`

/** What is compared, and what the verdict must be: `true`, or the path of the one difference. */
const cases = {
  'identical bytes': () => [orders(recordedAt, many), orders(recordedAt, many), true],
  'all noise': () => [orders(recordedAt, many), orders(replayedAt, many), true],
  'all noise, one status differs': () => [
    orders(recordedAt, many),
    changed(orders(replayedAt, many), many >> 1, { status: 'void' }),
    `body[${many >> 1}].status`,
  ],
  'all noise, two ids swapped': () => {
    const list = orders(replayedAt, many)
    return [orders(recordedAt, many), changed(list, 20_000, { customerId: list[19_999].customerId }), 'body[20000].customerId']
  },
  'all noise, one item gone in the middle': () => [orders(recordedAt, many), without(orders(replayedAt, many), many >> 1), 'body'],
  'no noise, one item gone in the middle': () => [orders(recordedAt, many), without(orders(recordedAt, many), many >> 1), 'body'],
  'no noise, one number differs': () => [
    orders(recordedAt, many),
    changed(orders(recordedAt, many), many >> 1, { total: 1 }),
    `body[${many >> 1}].total`,
  ],
  '100,000 members, ids as values': () => [wide(recordedAt, 100_000), wide(replayedAt, 100_000), true],
  '9,000 members, ids as names': () => [noisyNames(recordedAt, 9000), noisyNames(replayedAt, 9000), true],
  '10,000 levels': () => [deep(10_000, '1'), deep(10_000, '2'), 'body'],
  'every value differs': () => [
    Array.from({ length: 400_000 }, (_, at) => `value ${at}`),
    Array.from({ length: 400_000 }, (_, at) => `other ${at}`),
    false,
  ],
  '10 MB of text, one word differs': () => [
    'a word of text. '.repeat(650_000),
    `${'a word of text. '.repeat(649_999)}a word of tent. `,
    false,
    { 'content-type': 'text/plain' },
  ],
}

const words = process.argv.slice(2).filter((word) => !word.startsWith('--'))
const rounds = process.argv.includes('--quick') ? 3 : 4
const rows = []
for (const [name, make] of Object.entries(cases)) {
  if (words.length > 0 && !words.includes(name)) continue
  const [recorded, replayed, expected, headers] = make()
  const before = outcome(recorded, headers)
  const now = outcome(replayed, headers)
  const context = () => ({ clocks: { recordedAt, replayedAt }, references: new References() })
  const wall = []
  const cpu = []
  const parse = []
  for (let round = 0; round < rounds; round++) {
    const from = { wall: performance.now(), cpu: cpuNow() }
    const verdict = compare(before, now, context())
    wall.push(performance.now() - from.wall)
    cpu.push(cpuNow() - from.cpu)
    if (round === 0) check(name, verdict, expected)
    parse.push(parsing([before, now]))
  }
  const yardstick = headers === undefined ? (median(cpu) / median(parse)).toFixed(1) : ''
  rows.push([
    name,
    (now.body.length / 1e6).toFixed(1),
    Math.min(...wall).toFixed(0),
    median(wall).toFixed(0),
    median(cpu).toFixed(0),
    yardstick,
  ])
  console.log(rows.at(-1).join('  '))
}

/** ms of CPU of the process: beside other work it says more than the clock. */
function cpuNow() {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1e3
}

/** ms of CPU of `JSON.parse` for both, at the same time on the same machine. */
function parsing(outcomes) {
  const from = cpuNow()
  for (const { headers, body } of outcomes) if (headers === json) JSON.parse(body.toString())
  return cpuNow() - from
}

function check(name, { pass, differences, more }, expected) {
  const told = differences
    .slice(0, 3)
    .map(({ path, reason }) => `${path}: ${reason}`)
    .join('; ')
  if (expected === true ? pass : !pass && (expected === false || (differences.length === 1 && differences[0].path.startsWith(expected))))
    return console.log(`  ${told}${more ? '; …' : ''}`)
  throw new Error(`${name}: ${pass ? 'passes' : told}`)
}

const text = table(['what', 'MB', 'best, ms', 'median, ms', 'CPU, ms', '× JSON.parse of both'], rows)
console.log(text)
if (words.length === 0 && !process.argv.includes('--quick')) {
  const date = new Date().toISOString().slice(0, 10)
  const machine = `${process.platform}-${process.arch}-${os.cpus().length}cpu`
  const file = here(import.meta.url, `../results/${date}-${machine}-node${process.versions.node.split('.')[0]}-comparison.md`)
  writeFileSync(
    file,
    `# Comparing large answers, ${date}\n\nNode ${process.version}, ${machine}, ${os.cpus()[0]?.model.trim()}. \`node benchmarks/comparison/comparison.mjs\`: the bundled comparator, with the clocks of two runs (typed noise on) and references across the body; ${rounds} comparisons each in one process; the machine had other work (load ${os.loadavg()[1].toFixed(1)} on ${os.cpus().length} cores), so beside the clock there is the process's CPU time (garbage collection included) and, as a yardstick, how much that is of \`JSON.parse\` of both texts at the same time. What the verdict must be is checked.\n\n${text}\n`,
  )
}
