import { readFileSync, writeFileSync } from 'node:fs'
import nock from 'nock'
import { makeCalls, report } from '../calls.mjs'

const [, , client, origin, file, phase] = process.argv
if (phase === 'record') {
  nock.recorder.rec({ output_objects: true, dont_print: true })
  await makeCalls(client, origin)
  writeFileSync(file, JSON.stringify(nock.recorder.play(), null, 2))
  process.send({})
} else {
  const began = performance.now()
  nock.define(JSON.parse(readFileSync(file, 'utf8')))
  const opened = performance.now() - began
  nock.disableNetConnect()
  await report(client, origin, opened)
}
process.exit()
