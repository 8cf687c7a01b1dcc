import { AsyncResource } from 'node:async_hooks'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { scopes, type PatchRegistry, type Scope, type SpanIds } from '@retake/core'
import type { RequestHead, TriggerSink } from '@retake/session'
import { appHasTelemetry } from '../telemetry/app-telemetry.ts'
import { wrapTransparently, type Method } from '../transparent-wrapper.ts'
import { awaitBody } from './awaited-body.ts'
import { emitInScopes, scopeOfRequest, scopeOfResponse } from './events-in-scope.ts'
import { bindTrigger, triggerOf } from './inbound-trigger.ts'
import { observeRequestBodies } from './request-body.ts'
import { observeResponses } from './response-bytes.ts'
import { hideTakeHeader } from './take-header.ts'
import { traceByServerSpan } from './trigger-trace.ts'

/** Whose ids are told of a request. */
export interface HttpTriggerOptions {
  /** Those of the app's own telemetry. @default true */
  readonly appIds?: boolean
  /** Our own, for an app that has no telemetry. @default none */
  readonly ownIds?: (scope: Scope) => SpanIds | undefined
}

/**
 * Opens a scope for every request that an `http` or `https` server of this process gets, runs its handlers in it, and
 * tells the sink the request and the response as they pass. Everything is patched on prototypes, so that servers made
 * before and after are heard alike, and nothing is added to any instance.
 *
 * `upgrade` and `connect` are left alone.
 */
export function installHttpTriggers(patches: PatchRegistry, sink: TriggerSink, { appIds = true, ownIds }: HttpTriggerOptions = {}): void {
  const ids = { appIds, ownIds }
  const http = process.getBuiltinModule('node:http')
  const https = process.getBuiltinModule('node:https')
  observeRequestBodies(patches, http.IncomingMessage.prototype, sink)
  observeResponses(patches, http.ServerResponse.prototype, sink)
  emitInScopes(patches, http.IncomingMessage.prototype, scopeOfRequest)
  emitInScopes(patches, http.ServerResponse.prototype, scopeOfResponse)
  openScopes(patches, http.Server.prototype, { sink, ids, secure: false, Request: http.IncomingMessage })
  // https.Server descends from tls.Server, not from http.Server: each has its own wrapper, and no request meets both.
  openScopes(patches, https.Server.prototype, { sink, ids, secure: true, Request: http.IncomingMessage })
}

interface ServerKind {
  readonly sink: TriggerSink
  readonly ids: { readonly appIds: boolean; readonly ownIds: HttpTriggerOptions['ownIds'] }
  readonly secure: boolean
  readonly Request: typeof IncomingMessage
}

function openScopes(patches: PatchRegistry, prototype: object, { sink, ids, secure, Request }: ServerKind): void {
  wrapTransparently(patches, prototype, 'emit', (inner) => {
    return function emit(this: unknown, event: unknown, request: unknown, response: unknown) {
      if (
        (event !== 'request' && event !== 'checkContinue' && event !== 'checkExpectation') ||
        !inner.active ||
        !(request instanceof Request) ||
        // Emitted again: by a 'checkContinue' handler, or by an app that hands the request to another server.
        triggerOf(request) !== undefined
      ) {
        return inner.current.apply(this, arguments as unknown as unknown[])
      }
      const { method = '', url = '', httpVersion, rawHeaders } = request
      const head = { method, url, httpVersion, rawHeaders, secure }
      if (event !== 'request' || sink.needsBody?.(head) !== true) return open(inner.current, this, event, request, response, head)
      // In the context of now: the app's own wrappers run around ours.
      awaitBody(
        request,
        AsyncResource.bind((body: Uint8Array) => void open(inner.current, this, event, request, response, head, body)),
      )
      return true
    }
  })

  function open(
    emit: Method,
    server: unknown,
    event: unknown,
    request: IncomingMessage,
    response: unknown,
    head: RequestHead,
    body?: Uint8Array,
  ): unknown {
    const scope = sink.begin(head, body)
    hideTakeHeader(request)
    const trigger = bindTrigger(request, scope)
    if (scope === undefined) return emit.call(server, event, request, response)
    if (ids.appIds && appHasTelemetry()) {
      // The app's wrapper runs around ours: the server span is there already.
      trigger.traced = traceByServerSpan(sink, scope)
    } else {
      trigger.traced = true
      const own = ids.ownIds?.(scope)
      if (own !== undefined) sink.trace(scope, { ...own, own: true })
    }
    return scopes.run(scope, emitInScope, emit, server, event, request, response as ServerResponse)
  }
}

/** A function of the module: no closure is made per request. */
function emitInScope(emit: Method, server: unknown, event: unknown, request: IncomingMessage, response: ServerResponse): unknown {
  return emit.call(server, event, request, response)
}
