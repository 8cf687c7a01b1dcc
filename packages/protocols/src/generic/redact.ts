import type { Chunk, FieldRedactor, Interaction } from '@retake/core'
import { redactValue } from '../payload/redact-value.ts'

/**
 * Rewrites text in opaque bytes. Nobody knows what a length or a checksum in them means, so a replacement is taken only
 * where the whole chunk is text.
 */
export function redactOpaque(interaction: Interaction, redact: FieldRedactor): Interaction {
  const { call, outcome } = interaction
  const sent = call.fields.sent
  const fields = sent === undefined ? call.fields : { ...call.fields, sent: redactValue(sent, redact) }
  return {
    ...interaction,
    call: { ...call, fields },
    outcome: outcome.kind === 'stream' ? { ...outcome, chunks: outcome.chunks.map((chunk) => redactChunk(chunk, redact)) } : outcome,
  }
}

function redactChunk(chunk: Chunk, redact: FieldRedactor): Chunk {
  const bytes = redact.body(chunk.bytes, undefined)
  return bytes === chunk.bytes ? chunk : { ...chunk, bytes }
}
