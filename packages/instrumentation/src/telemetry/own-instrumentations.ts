import { createRequire } from 'node:module'
import type * as Otel from '@opentelemetry/instrumentation'
import type * as Http from '@opentelemetry/instrumentation-http'
import type * as Pg from '@opentelemetry/instrumentation-pg'
import { muted, primordials, type PatchRegistry, type Scope, type SpanIds } from '@retake/core'
import type { AppLayout } from '../hooks/app-layout.ts'
import { ownRequire } from '../hooks/own-require.ts'
import { appHasTelemetry } from './app-telemetry.ts'
import type { Method } from '../transparent-wrapper.ts'
import { PrivateTracerProvider, type OnSpan } from './private-tracer-provider.ts'

/** What an app depends on that brings spans of its own; two of our dependencies are named alike, but are not the app's. */
const telemetryOfApps =
  /^@opentelemetry\/(?:sdk-|auto-instrumentations|instrumentation-(?:http|pg)$)|^(?:dd-trace|@sentry\/node|newrelic|elastic-apm-node)$/

/** Whether spans come from the app itself: then none of ours may stand in their way. */
export function appBringsTelemetry({ dependencies }: AppLayout): boolean {
  return appHasTelemetry() || dependencies.some((name) => telemetryOfApps.test(name))
}

/** Our own telemetry at work. */
export interface OwnInstrumentations {
  /** Ids of the server span of a take, which is the take itself: no span is made for it. */
  serverSpan(scope: Scope): SpanIds
  /** The first driver is about to be loaded: an app that has telemetry has it by now. */
  driversLoad(): void
}

/**
 * Spans for an app that has no telemetry: OpenTelemetry's http (outgoing calls) and pg instrumentations on a private
 * provider. Costs about 40 ms when the first call is made and a quarter of the CPU of small requests; hence never a default.
 *
 * The server span is not asked for: it is the take itself, and known better.
 *
 * Nothing is loaded before it is needed. An app may bring telemetry that its package.json does not tell; its copy of
 * `@opentelemetry/instrumentation` may be ours, and once that hooks `require`, a built-in that somebody requires is not
 * shown to the instrumentations that the app registers later.
 *
 * @param onSpan Hears no span once the app has telemetry after all.
 */
export function installOwnInstrumentations(patches: PatchRegistry, onSpan: OnSpan): OwnInstrumentations {
  const provider = new PrivateTracerProvider((scope, span) => {
    if (!appHasTelemetry()) onSpan(scope, span)
  })
  let clock = false
  const useClock = (): void => {
    if (!clock) useNativeClock(patches)
    clock = true
  }
  instrumentOutgoing(patches, () => {
    useClock()
    const { HttpInstrumentation } = ownRequire('@opentelemetry/instrumentation-http') as typeof Http
    const http = new HttpInstrumentation({ enabled: false, disableIncomingRequestInstrumentation: true })
    http.setTracerProvider(provider)
    return http
  })
  return {
    serverSpan: (scope) => provider.serverSpan(scope),
    driversLoad: () => {
      if (appHasTelemetry()) return
      useClock()
      const { PgInstrumentation } = ownRequire('@opentelemetry/instrumentation-pg') as typeof Pg
      const pg = new PgInstrumentation({ enabled: false, ignoreConnectSpans: true })
      pg.setTracerProvider(provider)
      pg.enable()
      patches.onUndo(() => pg.disable())
    },
  }
}

type Outgoing = Pick<typeof import('node:http'), 'request' | 'get'>

/**
 * The instrumentation patches stand-ins for `http` and `https`; what is in the built-ins is a plain wrapper that calls them.
 * So it works for functions that were taken out of the built-ins before, and no wrapper of the app's can displace it.
 */
function instrumentOutgoing(patches: PatchRegistry, load: () => Http.HttpInstrumentation): void {
  const builtins = { http: process.getBuiltinModule('node:http'), https: process.getBuiltinModule('node:https') }
  const natives: { readonly [name: string]: Outgoing } = {
    http: { request: builtins.http.request, get: builtins.http.get },
    https: { request: builtins.https.request, get: builtins.https.get },
  }
  // Whoever took a function out of a built-in keeps it when everything else is undone.
  let active = true
  patches.onUndo(() => (active = false))
  let instrumented: { readonly [name: string]: Outgoing } | undefined
  const outgoing = (name: string): Outgoing | undefined => {
    if (!active || appHasTelemetry()) return natives[name]
    instrumented ??= muted(() => standIns(load(), natives))
    return instrumented[name]
  }
  for (const name of ['http', 'https'] as const) {
    for (const method of ['request', 'get'] as const) {
      const native = builtins[name][method] as Method
      const wrapper: Method = function (this: unknown, ...args) {
        return ((outgoing(name)?.[method] ?? native) as Method).apply(this, args)
      }
      Object.defineProperty(wrapper, 'name', { value: method, configurable: true })
      Object.defineProperty(wrapper, 'length', { value: native.length, configurable: true })
      patches.replace(builtins[name], method, wrapper as never)
    }
  }
}

function standIns(
  instrumentation: Http.HttpInstrumentation,
  natives: { readonly [name: string]: Outgoing },
): { readonly [name: string]: Outgoing } {
  const { init } = instrumentation as unknown as { init(): readonly Otel.InstrumentationNodeModuleDefinition[] }
  return Object.fromEntries(
    init.call(instrumentation).map(({ name, patch }) => {
      const standIn = { ...natives[name] } as Outgoing
      patch?.(standIn)
      return [name, standIn]
    }),
  )
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
