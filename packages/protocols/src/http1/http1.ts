import type { Call } from '@retake/core'
import type { CallReading, Fields, Protocol } from '../protocol.ts'
import { Http1Conversation } from './conversation.ts'
import { inFormerForm } from './former-headers.ts'
import { leavingOut } from './ignored-fields.ts'
import { redactHttp } from './redact.ts'
import { Http1Server } from './server.ts'
import { sniffRequest } from './sniff.ts'

/** HTTP/1.1 and 1.0, with WebSockets, other upgrades, and tunnels through proxies. */
export const http1: Protocol = {
  name: 'http1',
  serverSpeaksFirst: false,
  sniff: sniffRequest,
  conversation: (sink, facts) => new Http1Conversation(sink, facts),
  server: (host) => new Http1Server(host),
  redact: redactHttp,
  matchFields,
}

/** Whatever is volatile never got into the fields, so that it cannot be compared by mistake. */
function matchFields({ fields }: Call, { ignored, form }: CallReading = {}): Fields {
  const known = form === 1 ? inFormerForm(fields) : fields
  return ignored === undefined ? known : leavingOut(ignored)(known)
}
