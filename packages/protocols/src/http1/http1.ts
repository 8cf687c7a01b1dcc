import type { Protocol } from '../protocol.ts'
import { Http1Conversation } from './conversation.ts'
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
  // Whatever is volatile never got into the fields, so that it cannot be compared by mistake.
  matchFields: (call) => call.fields,
}
