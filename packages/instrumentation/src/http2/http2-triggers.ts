import { AsyncResource } from 'node:async_hooks'
import { onHttp2Servers, type PatchRegistry, primordials } from '@retake/core'
import type { RequestHead } from '@retake/session'
import { awaitBody, stopAwaiting } from '../http/awaited-body.ts'
import { beginTake, type TriggerInstallation } from '../http/begin-take.ts'
import { triggerOf } from '../http/inbound-trigger.ts'
import { takeHeader } from '../http/take-header.ts'
import { wrapTransparently } from '../transparent-wrapper.ts'
import { sensitiveNames } from './header-block.ts'
import { observeFrames } from './response-frames.ts'
import { handlePrototype, type ServerStream } from './server-stream.ts'
import { earlyBody, observeStreams, tellEarly } from './stream-requests.ts'

/** Who talks in turns (gRPC in both directions) waits for an answer before the body goes on: it is not waited for longer than this, in ms. */
const patienceMs = 250
/** RFC 9113, section 6.9.1 */
const widestWindow = 2 ** 31 - 1

interface Headers {
  /** Pseudo-headers, and what is looked at, stand once and are text. */
  readonly [name: string]: string | undefined
  readonly [mark: symbol]: unknown
}

/**
 * Opens a scope for every stream that a client opens to an HTTP/2 server of this process. A session tells of its streams by
 * 'stream', and everything else (the server's own 'stream' and 'request', gRPC) hears of them from there.
 */
export function installHttp2Triggers(patches: PatchRegistry, installation: TriggerInstallation): void {
  const { sink } = installation
  onHttp2Servers(patches, ({ session, stream }) => {
    let isObserved = false
    // Once: asking for a module makes Node look at all of its exports again, which takes longer than a request.
    const { sensitiveHeaders } = process.getBuiltinModule('node:http2')
    observeStreams(patches, stream as ServerStream, sink)
    wrapTransparently(patches, session, 'emit', (inner) => {
      return function emit(this: unknown, ...args: unknown[]) {
        const [event, opened, headers, flags, rawHeaders] = args
        if (event !== 'stream' || !inner.active || !isOpened(opened, headers) || triggerOf(opened) !== undefined)
          return inner.current.apply(this, args)
        if (!isObserved) {
          isObserved = true
          const handle = handlePrototype(opened)
          if (handle !== undefined) observeFrames(patches, { stream: stream as ServerStream, handle }, sink)
        }
        const head = headOf(opened, {
          headers: headers as Headers,
          rawHeaders: rawHeaders as readonly string[],
          marks: (headers as Headers)[sensitiveHeaders],
        })
        const held = { emit: inner.current, emitter: this, args: [event, opened, headers, flags, withoutTake(headers as Headers, head)] }
        const begin = (body?: Uint8Array): void => {
          beginTake(installation, opened, head, { ...held, emit: tellingEarly(held.emit, opened) }, body)
        }
        if (sink.needsBody?.(head) !== true) begin()
        // In the context of now: the app's own wrappers run around ours.
        else {
          awaitBody(opened, AsyncResource.bind(begin), { early: earlyBody(opened), limit: roomFor(opened) })
          primordials.setTimeout(stopAwaiting, patienceMs, opened)
        }
        return true
      }
    })
  })

  /** The scope is there when this is called, and the app has heard nothing yet. */
  function tellingEarly(emit: (this: unknown, ...args: unknown[]) => unknown, stream: ServerStream): typeof emit {
    return function (this: unknown, ...args: unknown[]): unknown {
      tellEarly(sink, stream)
      return emit.apply(this, args)
    }
  }
}

function isOpened(stream: unknown, headers: unknown): stream is ServerStream {
  return typeof stream === 'object' && stream !== null && typeof headers === 'object' && headers !== null
}

interface Fields {
  readonly headers: Headers
  readonly rawHeaders: readonly string[]
  /** Names of those that are marked as sensitive. */
  readonly marks: unknown
}

function headOf(stream: ServerStream, { headers, rawHeaders, marks }: Fields): RequestHead {
  return {
    method: headers[':method'] ?? '',
    // CONNECT names no path (RFC 9113, 8.5).
    url: headers[':path'] ?? headers[':authority'] ?? '',
    httpVersion: '2.0',
    rawHeaders,
    secure: stream.session?.encrypted === true,
    sensitive: sensitiveNames(marks, rawHeaders),
    acceptsPush: stream.pushAllowed,
  }
}

/**
 * How much of a body comes without being read: the window of its stream (RFC 9113, section 5.2). That of the connection is opened
 * wide, or streams that wait would take it from each other.
 */
function roomFor({ session }: ServerStream): number {
  if (session === undefined) return 0
  session.setLocalWindowSize(widestWindow)
  return session.localSettings.initialWindowSize ?? widestWindow
}

/** The app does not see the header that names the take. @returns Fields for the app; who was told of the head keeps its own. */
function withoutTake(headers: Headers, { rawHeaders }: RequestHead): readonly string[] {
  if (headers[takeHeader] === undefined) return rawHeaders
  Reflect.deleteProperty(headers, takeHeader)
  return rawHeaders.filter((_, index) => rawHeaders[index - (index % 2)] !== takeHeader)
}
