import type { Protocol } from '../protocol.ts'
import { matchFields, protocolName } from './call.ts'
import { PostgresConversation } from './conversation.ts'
import { redactInteraction } from './redact.ts'
import { PostgresServer } from './server.ts'
import { sniff } from './sniff.ts'

/** PostgreSQL's frontend/backend protocol, version 3. */
export const postgres: Protocol = {
  name: protocolName,
  serverSpeaksFirst: false,
  sniff,
  conversation: (sink, facts) => new PostgresConversation(sink, facts),
  server: (host) => new PostgresServer(host),
  redact: redactInteraction,
  matchFields,
}
