/** What a body is, as far as comparing it goes. */
export type BodyKind = 'json' | 'ndjson' | 'form' | 'multipart' | 'events' | 'text' | 'binary' | 'unknown'

export interface MediaType {
  /** `application/json`, in lower case; empty when there is none. */
  readonly essence: string
  /** By name in lower case. */
  readonly parameters: ReadonlyMap<string, string>
}

const parameterAt = /;\s*([^=;\s]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^;]*))/g

/** Reads a `content-type` (RFC 9110, 8.3.1); lenient, as senders are. */
export function mediaType(header: string | undefined): MediaType {
  const text = header ?? ''
  const parameters = new Map<string, string>()
  for (const [, name = '', quoted, bare = ''] of text.matchAll(parameterAt)) {
    parameters.set(name.toLowerCase(), quoted?.replace(/\\(.)/g, '$1') ?? bare.trim())
  }
  return { essence: (text.split(';', 1)[0] ?? '').trim().toLowerCase(), parameters }
}

/** Two media types mean the same when essence and parameters do; the name of a charset ignores case. */
export function isSameMediaType(a: MediaType, b: MediaType): boolean {
  return canonical(a) === canonical(b)
}

export function bodyKind({ essence }: MediaType): BodyKind {
  if (essence === '') return 'unknown'
  if (/^application\/(?:x-)?(?:ndjson|jsonlines|json-seq)$|^application\/(?:x-)?jsonl$/.test(essence)) return 'ndjson'
  if (/[/+]json$/.test(essence)) return 'json'
  if (essence === 'application/x-www-form-urlencoded') return 'form'
  if (essence.startsWith('multipart/')) return 'multipart'
  if (essence === 'text/event-stream') return 'events'
  if (essence.startsWith('text/') || /[/+](?:xml|javascript|graphql|yaml|x-yaml|sql)$/.test(essence)) return 'text'
  return 'binary'
}

function canonical({ essence, parameters }: MediaType): string {
  // The boundary of a multipart body is made anew for each and is no part of its meaning.
  const meant = [...parameters].filter(([name]) => name !== 'boundary' || !essence.startsWith('multipart/'))
  const sorted = meant.map(([name, value]) => `${name}=${name === 'charset' ? value.toLowerCase() : value}`).sort()
  return [essence, ...sorted].join(';')
}
