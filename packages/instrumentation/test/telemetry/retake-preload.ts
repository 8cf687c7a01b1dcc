import { PatchRegistry } from '@retake/core'
import { installCarriers, installHttpTriggers } from '../../src/index.ts'
import { LogSink } from '../http/log-sink.ts'

const sink = new LogSink()
const patches = new PatchRegistry()
installHttpTriggers(patches, sink)
installCarriers(patches)
;(globalThis as { retake?: object }).retake = { sink, patches }
