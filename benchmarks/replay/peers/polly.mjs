import NodeHttpAdapter from '@pollyjs/adapter-node-http'
import { Polly } from '@pollyjs/core'
import FSPersister from '@pollyjs/persister-fs'
import { makeCalls, report } from '../calls.mjs'

const [, , client, origin, folder, phase] = process.argv
Polly.register(NodeHttpAdapter)
Polly.register(FSPersister)
const polly = new Polly('calls', {
  mode: phase === 'record' ? 'record' : 'replay',
  recordIfMissing: phase === 'record',
  adapters: ['node-http'],
  persister: 'fs',
  persisterOptions: { fs: { recordingsDir: folder } },
  logLevel: 'silent',
})
if (phase === 'record') {
  await makeCalls(client, origin)
  await polly.stop()
  process.send({})
} else {
  // It reads the recording with the first call: what that costs is in the calls.
  await report(client, origin)
}
process.exit()
