import { nativeImmediates, onHttp2Servers, type PatchRegistry, primordials, type Scope } from '@retake/core'
import { drawingScope } from './drawing-scope.ts'
import { standIn } from './stand-in.ts'

type Method = (this: object, ...args: unknown[]) => unknown
type Methods = Record<PropertyKey, Method>

/** What is used of a stream that an HTTP/2 server answers on. */
interface AnsweringStream {
  readonly destroyed: boolean
  readonly closed: boolean
  readonly headersSent: boolean
}

/**
 * Streams of HTTP/2 servers: the Date of their responses, and the immediates that they set for themselves.
 *
 * Node computes the date of a response that has none from the private clock of HTTP/1 (`utcDate`), when the response begins:
 * so it is given one before. `node:http2` takes `setImmediate` from `node:timers` when it is loaded, which is after that was
 * replaced: its own ones, which no code of the take sets, are native.
 */
export function replaceHttp2Date(patches: PatchRegistry): void {
  onHttp2Servers(patches, ({ session, stream }) => {
    const methods = stream as Methods
    dateHeaders(patches, methods, 'respond', 0)
    dateHeaders(patches, methods, 'respondWithFD', 1)
    dateHeaders(patches, methods, 'respondWithFile', 1)
    const proceed = symbolOf(stream, 'proceed')
    // What `write()` calls where nobody has responded: the native `respond` under another name.
    if (proceed !== undefined) patches.replace(stream, proceed, methods['respond'])
    for (const key of ['sendTrailers', '_destroy', symbolOf(stream, 'kMaybeDestroy')])
      if (key !== undefined) withNativeImmediates(patches, methods, key)
    for (const key of ['close', 'destroy']) withNativeImmediates(patches, session as Methods, key)
  })
}

/** @param at Which argument the headers are; the options follow. */
function dateHeaders(patches: PatchRegistry, methods: Methods, name: 'respond' | 'respondWithFD' | 'respondWithFile', at: 0 | 1): void {
  const native = methods[name] as Method
  const replacement = standIn(native, function (this: object, ...args: unknown[]): unknown {
    const scope = drawingScope()
    const options = args[at + 1] as { readonly sendDate?: unknown } | null | undefined
    if (scope !== undefined && isOpen(this as AnsweringStream) && Boolean(options?.sendDate ?? true)) {
      if (Array.isArray(args[at])) dateList(args[at] as unknown[], scope)
      else args[at] = dated(args[at], scope)
    }
    return native.apply(this, args)
  })
  patches.replace(methods, name, replacement)
}

function isOpen({ destroyed, closed, headersSent }: AnsweringStream): boolean {
  return !destroyed && !closed && !headersSent
}

/** The copy that Node would make: status and date stand behind the app's own, in this order, where they are not among them. */
function dated(headers: unknown, scope: Scope): unknown {
  const given = headers ?? {}
  if (typeof given !== 'object' || ((given as { date?: unknown }).date ?? null) !== null) return headers
  const copy: { [name: string]: unknown } = { ...given }
  copy[':status'] ??= 200
  copy['date'] = drawnDate(scope)
  return copy
}

/** Node puts into the app's own list what is missing in it. */
function dateList(list: unknown[], scope: Scope): void {
  const names = list.filter((name, index) => index % 2 === 0 && typeof name === 'string').map((name) => (name as string).toLowerCase())
  if (names.includes('date')) return
  if (!names.includes(':status')) list.unshift(':status', 200)
  list.push('date', drawnDate(scope))
}

function drawnDate(scope: Scope): string {
  return scope.draws.text('http-date', dateNow)
}

const shown = { second: 0, text: '' }

/** Dates have whole seconds (RFC 9110, section 5.6.7). */
function dateNow(): string {
  const second = Math.floor(primordials.dateNow() / 1000)
  if (second !== shown.second) {
    shown.second = second
    shown.text = new primordials.Date(second * 1000).toUTCString()
  }
  return shown.text
}

function withNativeImmediates(patches: PatchRegistry, methods: Methods, key: PropertyKey): void {
  const native = methods[key] as Method
  patches.replace(
    methods,
    key,
    standIn(native, function (this: object, ...args: unknown[]): unknown {
      nativeImmediates.depth++
      try {
        return native.apply(this, args)
      } finally {
        nativeImmediates.depth--
      }
    }),
  )
}

/** A symbol of Node's own, by its description; on the prototype or above. */
function symbolOf(prototype: object, description: string): symbol | undefined {
  for (let each: object | null = prototype; each !== null; each = Object.getPrototypeOf(each) as object | null) {
    const found = Object.getOwnPropertySymbols(each).find((symbol) => symbol.description === description)
    if (found !== undefined) return found
  }
  return undefined
}
