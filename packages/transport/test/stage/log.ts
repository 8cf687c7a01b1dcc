import type { Target, TransportError } from '@retake/core'
import type { ConnectedFacts, LookupCall, LookupOutcome, SecuredFacts } from '../../src/index.ts'

/** What a tap heard, in order, as JSON (bytes in base64). */
export type LogEntry =
  | {
      readonly kind: 'opened'
      readonly connection: number
      readonly target: Target
      readonly take: number | undefined
    }
  | { readonly kind: 'connected'; readonly connection: number; readonly facts: ConnectedFacts }
  | { readonly kind: 'upgraded'; readonly connection: number }
  | { readonly kind: 'secured'; readonly connection: number; readonly facts: SecuredFacts }
  | { readonly kind: 'unreadable'; readonly connection: number; readonly reason: string }
  | {
      readonly kind: 'sent'
      readonly connection: number
      readonly bytes: string
      readonly take: number | undefined
    }
  | { readonly kind: 'received'; readonly connection: number; readonly bytes: string }
  | { readonly kind: 'sentEnd'; readonly connection: number }
  | { readonly kind: 'receivedEnd'; readonly connection: number }
  | {
      readonly kind: 'closed'
      readonly connection: number
      readonly error?: TransportError
      readonly byApp: boolean
    }
  | { readonly kind: 'lookup'; readonly call: LookupCall; readonly outcome: LookupOutcome }
  | { readonly kind: 'listening'; readonly port: number | undefined }
  | { readonly kind: 'swallowed'; readonly description: string }

/** Bytes inside facts survive JSON. */
export function encodeBytes(_key: string, value: unknown): unknown {
  return value instanceof Uint8Array ? { base64: Buffer.from(value).toString('base64') } : value
}

export function decodeBytes(_key: string, value: unknown): unknown {
  if (typeof value === 'object' && value !== null && 'base64' in value && typeof value.base64 === 'string') {
    return Uint8Array.from(Buffer.from(value.base64, 'base64'))
  }
  return value
}
