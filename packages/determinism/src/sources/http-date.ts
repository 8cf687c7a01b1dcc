import type { PatchRegistry } from '@retake/core'
import { drawingScope } from './drawing-scope.ts'
import { isStandIn, standIn } from './stand-in.ts'

/** What is used of Node's OutgoingMessage beside its public face. */
interface Outgoing {
  readonly sendDate: boolean
  _header: string | null
}

const marker = '\r\nDate: '
/** Length of a date in the form of RFC 9110, section 5.6.7. */
const dateLength = 29

/**
 * The Date header of a response. Node writes it from a private clock with a cache of its own (`utcDate` in
 * lib/internal/http.js), which no patched `Date` reaches: the finished head is rewritten.
 */
export function replaceHttpDate(patches: PatchRegistry): void {
  const prototype = process.getBuiltinModule('node:http').OutgoingMessage.prototype as unknown as {
    _storeHeader(this: Outgoing, firstLine: string, headers: unknown): void
  }
  const native = prototype._storeHeader
  if (isStandIn(native)) return
  patches.replace(
    prototype,
    '_storeHeader',
    standIn(native, function _storeHeader(this: Outgoing, firstLine: string, headers: unknown): void {
      native.call(this, firstLine, headers)
      if (!this.sendDate) return
      const scope = drawingScope()
      const head = this._header
      if (scope === undefined || typeof head !== 'string') return
      const start = head.indexOf(marker)
      if (start < 0 || namesDate(headers)) return
      const from = start + marker.length
      const written = head.slice(from, from + dateLength)
      const drawn = scope.draws.text('http-date', () => written)
      if (drawn !== written) this._header = head.slice(0, from) + drawn + head.slice(from + dateLength)
    }),
  )
}

/** Whether the app set the header itself: that one is its own business. */
function namesDate(headers: unknown): boolean {
  if (headers === null || typeof headers !== 'object') return false
  if (!Array.isArray(headers)) {
    // No array of the names: this is asked for every response.
    for (const name in headers) if (isDate(name)) return true
    return false
  }
  return headers.some((entry: unknown, index) => (Array.isArray(entry) ? isDate(entry[0]) : index % 2 === 0 && isDate(entry)))
}

function isDate(name: unknown): boolean {
  return typeof name === 'string' && name.length === 4 && name.toLowerCase() === 'date'
}
