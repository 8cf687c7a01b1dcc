import type { Scope } from '@retake/core'
import type { Seam } from '../../src/index.ts'
import type { LogEntry } from './log.ts'

/** A seam that taps everything and keeps what it hears. */
export function listeningSeam(log: LogEntry[]): Seam {
  const take = (scope: Scope | undefined): number | undefined => scope?.take
  return {
    route: () => 'tap',
    taps: {
      opened: (connection, target, scope) => log.push({ kind: 'opened', connection, target, take: take(scope) }),
      connected: (connection, facts) => log.push({ kind: 'connected', connection, facts }),
      upgraded: (connection) => log.push({ kind: 'upgraded', connection }),
      secured: (connection, facts) => log.push({ kind: 'secured', connection, facts }),
      unreadable: (connection, reason) => log.push({ kind: 'unreadable', connection, reason }),
      sent(connection, data, encoding, scope) {
        const bytes = typeof data === 'string' ? Buffer.from(data, encoding) : Buffer.from(data.buffer, data.byteOffset, data.byteLength)
        log.push({ kind: 'sent', connection, bytes: bytes.toString('base64'), take: take(scope) })
      },
      received: (connection, data) => log.push({ kind: 'received', connection, bytes: Buffer.from(data).toString('base64') }),
      sentEnd: (connection) => log.push({ kind: 'sentEnd', connection }),
      receivedEnd: (connection) => log.push({ kind: 'receivedEnd', connection }),
      closed: (connection, how) => log.push({ kind: 'closed', connection, ...how }),
    },
    lookups: { observe: (call) => (outcome) => log.push({ kind: 'lookup', call, outcome }) },
    listening: ({ port }) => log.push({ kind: 'listening', port }),
  }
}
