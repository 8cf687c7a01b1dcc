import type { FieldRedactor, SpanAttributes, Take } from '@retake/core'

/** What has spans, without secrets in their names (a prepared statement's is the app's choice) and attributes. */
export function withCleanSpans<Holder extends Pick<Take, 'spans'>>(holder: Holder, redactor: FieldRedactor): Holder {
  if (holder.spans === undefined) return holder
  return {
    ...holder,
    spans: holder.spans.map((span) => ({
      ...span,
      name: redactor.text(span.name),
      attributes: cleanAttributes(span.attributes, redactor),
    })),
  }
}

function cleanAttributes(attributes: SpanAttributes, redactor: FieldRedactor): SpanAttributes {
  const clean: { [name: string]: string | number | boolean } = {}
  for (const [name, value] of Object.entries(attributes)) clean[name] = typeof value === 'string' ? redactor.named(name, value) : value
  return clean
}
