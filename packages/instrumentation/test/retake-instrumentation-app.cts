import { PatchRegistry, shared } from '@retake/core'
import { installCarriers, RetakeInstrumentation, type StartedSession } from '../src/index.ts'

const { diag } = require('@opentelemetry/api') as typeof import('@opentelemetry/api')
const { registerInstrumentations } = require('@opentelemetry/instrumentation') as typeof import('@opentelemetry/instrumentation')
const warnings: string[] = []
const silent = (): void => {}
diag.setLogger({ warn: (...text) => void warnings.push(text.join(' ')), error: silent, info: silent, debug: silent, verbose: silent })

for (const name of process.argv.slice(2)) require(name)
let started = 0
const start = (): StartedSession => {
  started++
  const patches = new PatchRegistry()
  const { late } = installCarriers(patches)
  return { stop: () => patches.undoAll(), late }
}
const pgPulse = (): string => {
  const { Client } = require('pg') as { Client: { prototype: { _pulseQueryQueue: () => void } } }
  return Function.prototype.toString.call(Client.prototype._pulseQueryQueue).includes('KnownQuery') ? 'carried' : 'native'
}

const instrumentation = new RetakeInstrumentation<{ enabled?: boolean; mode?: string }>(start, { mode: 'record', enabled: false })
const unregister = registerInstrumentations({ instrumentations: [instrumentation as never] })
const first = { started, pulse: pgPulse(), late: instrumentation.late }
instrumentation.enable()
const again = started
unregister()
const after = { pulse: pgPulse(), late: instrumentation.late }
instrumentation.enable()
const second = { started, pulse: pgPulse() }
void shared
process.stdout.write(
  JSON.stringify({ name: instrumentation.instrumentationName, config: instrumentation.getConfig(), first, again, after, second, warnings }),
)
