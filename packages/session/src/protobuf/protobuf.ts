import { Buffer } from 'node:buffer'
import { takePattern } from '../settings/take-pattern.ts'
import { messageJson } from './message-json.ts'
import { type MessageSchema, type ProtobufConfig, schemasOf } from './schema.ts'

/** Where a body stands, as far as that is known. */
export interface BodyPlace {
  readonly method: string
  readonly target: string
  readonly side: 'request' | 'response'
}

/** Media types of protobuf: `application/x-protobuf`, `application/vnd.shop+protobuf`, gRPC and gRPC-Web. */
const protobufType =
  /^application\/(?:(?:x-|vnd\.google\.)?protobuf|[\w.-]+\+protobuf|x-google-protobuf|grpc(?:-web)?(?:\+proto)?)\s*(?:;|$)/i
const grpcType = /^application\/grpc/i
/** gRPC: whether it is compressed, and a length, before each message. */
const framePrefix = 5

/** Finds out which message a body is. Files are read when the first one comes. */
export class ProtobufBodies {
  readonly #config: ProtobufConfig
  readonly #routes: readonly {
    readonly fits: ReturnType<typeof takePattern>
    readonly request: string | undefined
    readonly response: string | undefined
  }[]
  /** By media type. */
  readonly #types: ReadonlyMap<string, readonly string[]>
  readonly #all: readonly string[]

  constructor(config: ProtobufConfig) {
    this.#config = config
    const entries = Object.entries(config.messages ?? {}).map(([key, named]) => {
      const { request, response } = typeof named === 'string' ? { request: named, response: named } : named
      return { key, request, response }
    })
    this.#routes = entries.flatMap(({ key, ...names }) => (key.includes(' ') ? [{ fits: takePattern(key), ...names }] : []))
    this.#types = new Map(
      entries.flatMap(({ key, request, response }) =>
        key.includes(' ') ? [] : [[key.toLowerCase(), present([request, response])] as const],
      ),
    )
    this.#all = present(entries.flatMap(({ request, response }) => [request, response]))
  }

  isProtobuf(mediaType: string | undefined): boolean {
    return mediaType !== undefined && (protobufType.test(mediaType) || this.#types.has(essence(mediaType)))
  }

  /** A body as JSON: of gRPC the list of its messages. */
  json(bytes: Uint8Array, mediaType: string, place: BodyPlace | undefined): string | undefined {
    const parts = partsOf(bytes, mediaType)
    const schema = parts && this.schemaOf(parts, mediaType, place)
    const texts = schema && parts.map((part) => messageJson(part.bytes, schema)?.json)
    if (texts === undefined || texts.includes(undefined)) return undefined
    return grpcType.test(mediaType) ? `[${texts.join(',')}]` : texts[0]
  }

  /**
   * The message that a body is: what its media type says, what is said of its route, or else the one of all that are named
   * that knows most of its fields.
   * @param parts More than one of gRPC.
   */
  schemaOf(parts: readonly BodyPart[], mediaType: string, place: BodyPlace | undefined): MessageSchema | undefined {
    const schemas = schemasOf(this.#config.files)
    const method = place && schemas.method(place.target.split('?', 1)[0] ?? '')?.[place.side]
    if (method !== undefined) return method
    const candidates = this.#candidates(mediaType, place)
    const found = candidates.flatMap((name) => schemas.message(name) ?? [])
    if (found.length <= 1) return found[0]
    const read = found.flatMap((schema) => {
      const messages = parts.map(({ bytes }) => messageJson(bytes, schema))
      const unknown = messages.reduce((sum, message) => sum + (message?.unknown ?? Number.POSITIVE_INFINITY), 0)
      return Number.isFinite(unknown) ? [{ schema, unknown }] : []
    })
    return read.reduce<(typeof read)[number] | undefined>(
      (best, one) => (best === undefined || one.unknown < best.unknown ? one : best),
      undefined,
    )?.schema
  }

  #candidates(mediaType: string, place: BodyPlace | undefined): readonly string[] {
    const said = /;\s*(?:messageType|message|proto)="?([\w.]+)"?/i.exec(mediaType)?.[1]
    if (said !== undefined) return [said]
    const routed = place && this.#routes.find(({ fits }) => fits(place))?.[place.side]
    return routed === undefined ? (this.#types.get(essence(mediaType)) ?? this.#all) : [routed]
  }
}

/** A message in a body, and where it begins and ends. */
export interface BodyPart {
  readonly bytes: Uint8Array
  readonly start: number
}

/** @returns `undefined` where the framing of gRPC is damaged, or a message is compressed. */
export function partsOf(bytes: Uint8Array, mediaType: string): readonly BodyPart[] | undefined {
  if (!grpcType.test(mediaType)) return [{ bytes, start: 0 }]
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const parts: BodyPart[] = []
  for (let at = 0; at < bytes.length;) {
    if (at + framePrefix > bytes.length) return undefined
    const start = at + framePrefix
    const end = start + view.readUInt32BE(at + 1)
    if (end > bytes.length) return undefined
    const flags = view[at] as number
    // gRPC-Web has its trailers in a frame of their own.
    if (flags === 0) parts.push({ bytes: bytes.subarray(start, end), start })
    else if (flags !== 0x80) return undefined
    at = end
  }
  return parts
}

function essence(mediaType: string): string {
  return (mediaType.split(';', 1)[0] ?? '').trim().toLowerCase()
}

function present(names: readonly (string | undefined)[]): readonly string[] {
  return [...new Set(names.filter((name) => name !== undefined))]
}

const known: WeakMap<ProtobufConfig, ProtobufBodies> = new WeakMap()

/** The same instance for the same configuration. */
export function protobufBodies(config: ProtobufConfig): ProtobufBodies {
  let bodies = known.get(config)
  if (bodies === undefined) known.set(config, (bodies = new ProtobufBodies(config)))
  return bodies
}
