/** OpenTelemetry's http and pg instrumentations with an exporter that drops everything. */
import { createRequire } from 'node:module'

const require = createRequire(import.meta.url)
const { NodeTracerProvider, BatchSpanProcessor } = require('@opentelemetry/sdk-trace-node')
const { registerInstrumentations } = require('@opentelemetry/instrumentation')
const { HttpInstrumentation } = require('@opentelemetry/instrumentation-http')
const { PgInstrumentation } = require('@opentelemetry/instrumentation-pg')

const nothing = { export: (_, done) => done({ code: 0 }), shutdown: async () => {}, forceFlush: async () => {} }
new NodeTracerProvider({ spanProcessors: [new BatchSpanProcessor(nothing)] }).register()
registerInstrumentations({ instrumentations: [new HttpInstrumentation(), new PgInstrumentation()] })
