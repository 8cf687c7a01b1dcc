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
let turn = 0
const cases = {
  'JSON, 0.4 KB': () => redactor.body(bytes(order(turn)), 'application/json'),
  'JSON, 8 KB': () => redactor.body(bytes(Array.from({ length: 20 }, (_, at) => order(turn + at))), 'application/json'),
  'JSON, 0.4 KB, a new password': () => redactor.body(bytes({ ...order(turn), password: `secret-${turn}` }), 'application/json'),
  'text, 1 KB of HTML': () =>
    redactor.body(bytes(`<p>${turn}</p>${'<li class="item">An item, rather cheap</li>'.repeat(24)}`), 'text/html'),
  'a SQL statement, seen before': () => redactor.text('SELECT id, status, total FROM orders WHERE customer_id = $1 ORDER BY id LIMIT 50'),
  'a row value': () => redactor.named('title', `An order of ${turn} things`),
  'a header': () => redactor.named('user-agent', 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko)'),
  'a cookie': () => redactor.named('cookie', 'sid=s%3Aabcdefghij.klmnop; theme=dark'),
  'a new UUID as text': () => redactor.text(randomUUID()),
}
console.log(`node ${process.version}, ${os.cpus()[0]?.model}`)
for (const [name, run] of Object.entries(cases)) {
  let best = Infinity
  for (let round = 0; round < 7; round++) {
    const times = name.includes('8 KB') ? 400 : 4000
    const from = performance.now()
    for (let at = 0; at < times; at++, turn++) run()
    best = Math.min(best, ((performance.now() - from) / times) * 1000)
  }
  console.log(`${name.padEnd(34)} ${best.toFixed(1).padStart(7)} µs`)
}
