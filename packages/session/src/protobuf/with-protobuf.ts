import { Buffer } from 'node:buffer'
import type { Redactor } from '@retake/redaction'
import { partsOf, protobufBodies } from './protobuf.ts'
import { redactMessage } from './redact-message.ts'
import type { ProtobufConfig } from './schema.ts'

/** A redactor that reads protobuf bodies by the schemas of a configuration. */
export function withProtobuf(redactor: Redactor, config: ProtobufConfig | undefined): Redactor {
  if (config === undefined) return redactor
  const bodies = protobufBodies(config)
  return {
    get counts() {
      return redactor.counts
    },
    tells: (name, place) => redactor.tells(name, place),
    named: (name, value, place) => redactor.named(name, value, place),
    text: (text) => redactor.text(text),
    body: (bytes, mediaType) => {
      if (mediaType === undefined || !bodies.isProtobuf(mediaType)) return redactor.body(bytes, mediaType)
      const parts = partsOf(bytes, mediaType)
      const schema = parts && bodies.schemaOf(parts, mediaType, undefined)
      if (schema === undefined) return redactor.body(bytes, mediaType)
      const pieces: Uint8Array[] = []
      let copied = 0
      for (const part of parts ?? []) {
        const after = redactMessage(part.bytes, schema, redactor)
        if (after === part.bytes) continue
        // What frames a message says how long it is.
        const prefix = Buffer.from(bytes.subarray(copied, part.start))
        if (part.start > 0) prefix.writeUInt32BE(after.length, prefix.length - 4)
        pieces.push(prefix, after)
        copied = part.start + part.bytes.length
      }
      return pieces.length === 0 ? bytes : new Uint8Array(Buffer.concat([...pieces, bytes.subarray(copied)]))
    },
  }
}
