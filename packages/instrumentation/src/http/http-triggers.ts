import { AsyncResource } from 'node:async_hooks'
import type { IncomingMessage } from 'node:http'
import type { PatchRegistry } from '@retake/core'
import type { TriggerSink } from '@retake/session'
import { ownRequestOn } from '@retake/transport'
import { installHttp2Triggers } from '../http2/http2-triggers.ts'
import { wrapTransparently } from '../transparent-wrapper.ts'
import { awaitBody } from './awaited-body.ts'
import { beginTake, type HttpTriggerOptions, type TriggerInstallation } from './begin-take.ts'
import { emitInScopes, scopeOfRequest, scopeOfResponse } from './events-in-scope.ts'
import { triggerOf } from './inbound-trigger.ts'
import { observeRequestBodies } from './request-body.ts'
import { observeResponses } from './response-bytes.ts'
import { hideTakeHeader } from './take-header.ts'

/**
 * Opens a scope for every request that an `http`, `https` or `http2` server of this process gets, runs its handlers in it, and
 * tells the sink the request and the response as they pass. Everything is patched on prototypes, so that servers made
 * before and after are heard alike, and nothing is added to any instance.
 *
 * `upgrade` and `connect` of HTTP/1 are left alone.
 */
export function installHttpTriggers(patches: PatchRegistry, sink: TriggerSink, ids: HttpTriggerOptions = {}): void {
  const installation = { sink, ids }
  const http = process.getBuiltinModule('node:http')
  const https = process.getBuiltinModule('node:https')
  const net = process.getBuiltinModule('node:net')
  observeRequestBodies(patches, http.IncomingMessage.prototype, sink)
  observeResponses(patches, http.ServerResponse.prototype, sink)
  emitInScopes(patches, http.IncomingMessage.prototype, scopeOfRequest)
  emitInScopes(patches, http.ServerResponse.prototype, scopeOfResponse)
  openScopes(patches, http.Server.prototype, { installation, secure: false, Request: http.IncomingMessage })
  // https.Server descends from tls.Server, not from http.Server: each has its own wrapper, and no request meets both.
  openScopes(patches, https.Server.prototype, { installation, secure: true, Request: http.IncomingMessage })
  // Last, so that the others do not stand on it. A secure HTTP/2 server that speaks HTTP/1 as well (`allowHTTP1`) descends from
  // tls.Server, and so from net.Server.
  openScopes(patches, net.Server.prototype, { installation, secure: true, Request: http.IncomingMessage })
  installHttp2Triggers(patches, installation)
}

interface ServerKind {
  readonly installation: TriggerInstallation
  readonly secure: boolean
  readonly Request: typeof IncomingMessage
}

function openScopes(patches: PatchRegistry, prototype: object, { installation, secure, Request }: ServerKind): void {
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
      const sentBy = ownRequestOn(request.socket)
      const head = { method, url, httpVersion, rawHeaders, secure, ...(sentBy !== undefined && { sentBy }) }
      const held = { emit: inner.current, emitter: this, args: [event, request, response] }
      hideTakeHeader(request)
      if (event !== 'request' || installation.sink.needsBody?.(head) !== true) return beginTake(installation, request, head, held)
      // In the context of now: the app's own wrappers run around ours.
      awaitBody(
        request,
        AsyncResource.bind((body: Uint8Array) => void beginTake(installation, request, head, held, body)),
      )
      return true
    }
  })
}
