// Runs the takes that a module exports, in the order that TEST_ORDER says, and prints what each returned.
import { pathToFileURL } from 'node:url'

const session = globalThis[Symbol.for('test.session')] ?? {
  take: (_name, body) => body(),
  call: (_name, work) => work(),
  reports: {},
  drawn: {},
}
const module = await import(pathToFileURL(process.argv[2]).href)
const takes = Object.entries(module.takes ?? module.default.takes)
const order = process.env.TEST_ORDER ?? 'forward'
const only = order.startsWith('only:') ? order.slice(5) : undefined
const chosen = only === undefined ? takes : takes.filter(([name]) => name === only)
if (order === 'backward') chosen.reverse()

const results = {}
const run = async ([name, body]) => {
  results[name] = await session.take(name, () => body({ call: (work) => session.call(name, work) }))
}
if (order === 'together') await Promise.all(chosen.map(run))
else for (const take of chosen) await run(take)
const sorted = Object.fromEntries(takes.filter(([name]) => name in results).map(([name]) => [name, results[name]]))
process.stdout.write(
  JSON.stringify({ results: sorted, reports: session.reports, drawn: session.drawn }, (_key, value) =>
    typeof value === 'bigint' ? `${value}n` : value,
  ),
)
