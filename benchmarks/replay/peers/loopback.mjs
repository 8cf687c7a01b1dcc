/** No stubbing: the real server on loopback; also what Retake records and replays, as a script that knows nothing of it. */
import { report } from '../calls.mjs'

const [, , client, origin] = process.argv
await report(client, origin)
process.disconnect?.()
