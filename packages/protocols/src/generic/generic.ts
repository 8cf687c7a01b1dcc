import type { Protocol } from '../protocol.ts'
import { GenericConversation } from './conversation.ts'
import { redactOpaque } from './redact.ts'
import { GenericServer } from './server.ts'

/** Anything that no other protocol recognises. Must stand last in the registry. */
export const generic: Protocol = {
  name: 'generic',
  serverSpeaksFirst: false,
  sniff: () => true,
  conversation: (sink, facts) => new GenericConversation(sink, facts),
  server: (host) => new GenericServer(host),
  redact: redactOpaque,
  matchFields: (call) => call.fields,
}
