/**
 * What redaction costs the recording worker: µs for each body and header of an ordinary API, with and without a secret in it.
 * Usage: node benchmarks/redaction/redaction.mjs
 */
import { randomBytes, randomUUID } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { rolldown } from 'rolldown'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'retake-bench-'))
const build = await rolldown({ input: fileURLToPath(new URL('../../packages/redaction/src/index.ts', import.meta.url)), platform: 'node' })
await build.write({ dir: folder, entryFileNames: 'redaction.mjs' })
const { createRedactor } = await import(path.join(folder, 'redaction.mjs'))
fs.rmSync(folder, { recursive: true })

const redactor = createRedactor({ key: randomBytes(32) })
const order = (index) => ({
  id: randomUUID(),
  authorId: 4711 + index,
  number: 20_260_000 + index,
  status: 'paid',
  email: `ada.${index}@example.com`,
  createdAt: new Date(1_790_000_000_000 + index * 1000).toISOString(),
  items: [{ sku: `SKU-${index}`, name: 'Mechanical keyboard', price: 129.9, etag: 'W/"5e1-Yx0b2sN5"' }],
  url: `https://api.example.com/v1/orders/${index}?expand=items&page=2`,
})
const bytes = (value) => new Uint8Array(Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)))
const body = (make, type = 'application/json') => [(turn) => bytes(make(turn)), (value) => redactor.body(value, type)]
const always = (text) => () => text
const statement = 'SELECT id, status, total FROM orders WHERE customer_id = $1 ORDER BY id LIMIT 50'
const agent = 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko)'
/** What is redacted is made beforehand: it is no part of the cost. */
const cases = {
  'JSON, 0.4 KB': body((turn) => order(turn)),
  'JSON, 8 KB': body((turn) => Array.from({ length: 25 }, (_, at) => order(turn + at))),
  'JSON, 0.4 KB, a new password': body((turn) => ({ ...order(turn), password: `secret-${turn}` })),
  'text, 1 KB of HTML': body((turn) => `<p>${turn}</p>${'<li class="item">An item, rather cheap</li>'.repeat(24)}`, 'text/html'),
  'a SQL statement, seen before': [always(statement), (text) => redactor.text(text)],
  'a row value': [(turn) => `An order of ${turn} things`, (text) => redactor.named('title', text)],
  'a header': [always(agent), (text) => redactor.named('user-agent', text)],
  'a cookie': [always('sid=s%3Aabcdefghij.klmnop; theme=dark'), (text) => redactor.named('cookie', text)],
  'a new UUID as text': [() => randomUUID(), (text) => redactor.text(text)],
}
console.log(`node ${process.version}, ${os.cpus()[0]?.model}`)
let turn = 0
for (const [name, [make, run]] of Object.entries(cases)) {
  let best = Infinity
  for (let round = 0; round < 9; round++) {
    const values = Array.from({ length: name.includes('8 KB') ? 300 : 3000 }, () => make(turn++))
    const from = performance.now()
    for (const value of values) run(value)
    best = Math.min(best, ((performance.now() - from) / values.length) * 1000)
  }
  console.log(`${name.padEnd(34)} ${best.toFixed(1).padStart(7)} µs`)
}
