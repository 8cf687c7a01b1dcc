import { createRequire } from 'node:module'
import type * as Http from '@opentelemetry/instrumentation-http'
import type * as Pg from '@opentelemetry/instrumentation-pg'
import { primordials, type PatchRegistry } from '@retake/core'
import type { AppLayout } from '../hooks/app-layout.ts'
import { ownRequire } from '../hooks/own-require.ts'
import { appHasTelemetry } from './app-telemetry.ts'
import { PrivateTracerProvider, type OnSpan } from './private-tracer-provider.ts'

/** What an app depends on that brings spans of its own; two of our dependencies are named alike, but are not the app's. */
const telemetryOfApps =
  /^@opentelemetry\/(?:sdk-|auto-instrumentations|instrumentation-(?:http|pg)$)|^(?:dd-trace|@sentry\/node|newrelic|elastic-apm-node)$/

/** Whether spans come from the app itself: then none of ours may stand in their way. */
export function appBringsTelemetry({ dependencies }: AppLayout): boolean {
  return appHasTelemetry() || dependencies.some((name) => telemetryOfApps.test(name))
}

/**
 * Spans for an app that has no telemetry: OpenTelemetry's http (outgoing calls) and pg instrumentations on a private
 * provider. Costs about 40 ms of start-up and a quarter of the CPU of small requests; hence never a default.
 *
 * The server span is not asked for: it is the take itself, and known better.
 *
 * @param onSpan Hears no span once the app has telemetry after all: its own instrumentations are there then, or none is wanted.
 */
export function installOwnInstrumentations(patches: PatchRegistry, onSpan: OnSpan): PrivateTracerProvider {
  useNativeClock(patches)
  const { HttpInstrumentation } = ownRequire('@opentelemetry/instrumentation-http') as typeof Http
  const { PgInstrumentation } = ownRequire('@opentelemetry/instrumentation-pg') as typeof Pg
  const provider = new PrivateTracerProvider((scope, span) => {
    if (!appHasTelemetry()) onSpan(scope, span)
  })
  for (const instrumentation of [
    new HttpInstrumentation({ enabled: false, disableIncomingRequestInstrumentation: true }),
    new PgInstrumentation({ enabled: false, ignoreConnectSpans: true }),
  ]) {
    instrumentation.setTracerProvider(provider)
    instrumentation.enable()
    patches.onUndo(() => instrumentation.disable())
  }
  // An ES module imports built-ins past the hooks on `require`: they are patched now.
  ownRequire('node:http')
  ownRequire('node:https')
  return provider
}

/**
 * Their clock is `performance.now()`, which while a take runs is a draw: one that is there while recording only, and
 * would shift all that follow. `@opentelemetry/core` reads its performance object through this one property.
 */
function useNativeClock(patches: PatchRegistry): void {
  const require = createRequire(ownRequire.resolve('@opentelemetry/instrumentation-http'))
  const platform = require('@opentelemetry/core/build/src/platform/node') as { otperformance?: { readonly timeOrigin: number } }
  const { timeOrigin } = platform.otperformance ?? performance
  patches.replace(platform, 'otperformance', { timeOrigin, now: primordials.performanceNow })
}
