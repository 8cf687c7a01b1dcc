import { setGlobalDispatcher, SnapshotAgent } from 'undici'
import { makeCalls, report } from '../calls.mjs'

const [, , client, origin, file, phase] = process.argv
const began = performance.now()
const agent = new SnapshotAgent({ mode: phase === 'record' ? 'record' : 'playback', snapshotPath: file })
setGlobalDispatcher(agent)
if (phase === 'record') {
  await makeCalls(client, origin)
  await agent.saveSnapshots()
  process.send({})
} else {
  await agent.loadSnapshots?.()
  await report(client, origin, performance.now() - began)
}
process.exit()
