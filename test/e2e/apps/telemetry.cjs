// The telemetry of an app, as it would set it up itself; with RETAKE_IN_OTEL as one of its instrumentations.
const { NodeTracerProvider } = require('@opentelemetry/sdk-trace-node')
const { InMemorySpanExporter, SimpleSpanProcessor } = require('@opentelemetry/sdk-trace-base')
const { registerInstrumentations } = require('@opentelemetry/instrumentation')
const { HttpInstrumentation } = require('@opentelemetry/instrumentation-http')
const { PgInstrumentation } = require('@opentelemetry/instrumentation-pg')

const exporter = new InMemorySpanExporter()
new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }).register()
const instrumentations = [new HttpInstrumentation(), new PgInstrumentation()]
if (process.env.RETAKE_IN_OTEL !== undefined) {
  const { RetakeInstrumentation } = require('retake/instrumentation')
  if (process.env.RETAKE_IN_OTEL === 'first') instrumentations.unshift(new RetakeInstrumentation())
  else instrumentations.push(new RetakeInstrumentation())
}
registerInstrumentations({ instrumentations })
globalThis.finishedSpans = () => exporter.getFinishedSpans()
