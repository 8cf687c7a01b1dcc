/**
 * Every figure of the design's budgets, beside the peers, in one run:
 *
 *   npm run bench                                    all of it, about ten minutes
 *   node benchmarks/run.mjs --quick                  fewer rounds
 *   node benchmarks/run.mjs recording start-up       some of it
 *
 * Prints the tables and writes benchmarks/results/<date>-<machine class>.md.
 */
import { cpus, totalmem } from 'node:os'
import { mkdirSync, writeFileSync } from 'node:fs'
import { here, retakeIsBuilt, table } from './measure.mjs'
import { measureLookUp } from './look-up/look-up.mjs'
import { measureRecording } from './recording/recording.mjs'
import { measureReplay } from './replay/replay.mjs'
import { measureReplayedTakes } from './replay-takes/replay-takes.mjs'
import { measureStartUp } from './start-up/start-up.mjs'

const parts = {
  recording: measureRecording,
  replay: measureReplay,
  'replay-takes': measureReplayedTakes,
  'look-up': measureLookUp,
  'start-up': measureStartUp,
}
const words = process.argv.slice(2)
const asked = words.filter((word) => !word.startsWith('--'))
const unknown = asked.filter((word) => parts[word] === undefined)
if (unknown.length > 0) {
  console.error(`No benchmark is called ${unknown.join(', ')}; there are ${Object.keys(parts).join(', ')}.`)
  process.exit(2)
}
if (!retakeIsBuilt) console.error('packages/retake is not built: only the peers are measured. Run npm run build first.\n')

const sections = []
for (const [name, measure] of Object.entries(parts)) {
  if (asked.length > 0 && !asked.includes(name)) continue
  const section = await measure({ quick: words.includes('--quick') })
  sections.push(section)
  console.log(`\n${section.title}\n\n${section.text}`)
}

const budgets = sections.flatMap((section) => section.budgets)
const overview = budgets.length === 0 ? '' : table(['what', 'budget', 'measured', 'verdict'], budgets)
console.log(`\n${overview}`)

const date = new Date().toISOString().slice(0, 10)
const machine = `${process.platform}-${process.arch}-${cpus().length}cpu`
const text = [
  `# Benchmarks, ${date}`,
  `Node ${process.version}, ${process.platform} ${process.arch}, ${cpus().length} × ${cpus()[0]?.model.trim() ?? 'unknown'}, ${(totalmem() / 2 ** 30).toFixed(0)} GiB. Ratios are of figures taken side by side in this one run; absolute figures are of this machine.`,
  ...(overview === '' ? [] : ['## Budgets', overview]),
  ...sections.flatMap(({ title, method, text: figures }) => [`## ${title}`, method, figures]),
].join('\n\n')
const file = here(
  import.meta.url,
  `results/${date}-${machine}-node${process.versions.node.split('.')[0]}${asked.length > 0 ? `-${asked.join('-')}` : ''}.md`,
)
mkdirSync(here(import.meta.url, 'results'), { recursive: true })
writeFileSync(file, `${text}\n`)
console.log(`\nWritten to ${file}`)
