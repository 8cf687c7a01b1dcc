import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { RetakeError } from '@retake/core'

/** What a configuration says about protobuf. */
export interface ProtobufConfig {
  /** `.proto` files, or descriptor sets (`protoc --descriptor_set_out`, `buf build -o x.binpb`). */
  readonly files: readonly string[]
  /**
   * Which message a body is: by route (`'GET /orders/:id'`, of the request, the response, or both), or by media type. gRPC says it itself, and so does a
   * media type with `messageType=` or `proto=`.
   */
  readonly messages?: { readonly [routeOrMediaType: string]: string | { readonly request?: string; readonly response?: string } }
}

/** How a field is read: as a scalar type of protobuf, as a message, or by the names of an enumeration. */
export interface FieldSchema {
  readonly name: string
  readonly type: string
  readonly message: MessageSchema | undefined
  /** Names of an enumeration, by number. */
  readonly names: ReadonlyMap<number, string> | undefined
  readonly isRepeated: boolean
  readonly isMap: boolean
}

export interface MessageSchema {
  field(id: number): FieldSchema | undefined
}

/** The messages of a configuration's files. */
export interface Schemas {
  message(name: string): MessageSchema | undefined
  /** Types of a gRPC method, by its path `/package.Service/Method`. */
  method(target: string): { readonly request: MessageSchema | undefined; readonly response: MessageSchema | undefined } | undefined
}

/** The part of protobufjs that is used; its own types would be the user's version's. */
interface Reflection {
  readonly fullName: string
  readonly name: string
  readonly nestedArray?: readonly Reflection[]
}
interface Field {
  readonly name: string
  readonly type: string
  readonly repeated: boolean
  readonly map: boolean
  readonly keyType?: string
  readonly resolvedType: (Reflection & { readonly valuesById?: { readonly [id: string]: string } }) | null
  resolve(): Field
}
interface Type extends Reflection {
  readonly fieldsById: { readonly [id: number]: Field | undefined }
}
interface Method {
  resolve(): { readonly resolvedRequestType: Type | null; readonly resolvedResponseType: Type | null }
}
interface Root extends Reflection {
  resolvePath: (origin: string, target: string) => string | null
  loadSync(files: readonly string[], options: { readonly keepCase: boolean }): Root
  resolveAll(): Root
  lookup(name: string): Reflection | null
}
interface Protobufjs {
  readonly Root: { new (): Root; fromDescriptor(set: unknown): Root }
}

const loaded: Map<string, Schemas> = new Map()

/**
 * Reads files of a configuration, once.
 * @throws RetakeError `RETAKE_CONFIG_INVALID`.
 */
export function schemasOf(files: readonly string[]): Schemas {
  const key = files.join('\0')
  let schemas = loaded.get(key)
  if (schemas === undefined) loaded.set(key, (schemas = readSchemas(files)))
  return schemas
}

function readSchemas(files: readonly string[]): Schemas {
  const protobuf = library('protobufjs') as Protobufjs
  const isSource = (file: string): boolean => file.endsWith('.proto')
  const roots = files.filter((file) => !isSource(file)).map((file) => readSafely(file, () => descriptorSet(protobuf, file)))
  const sources = files.filter(isSource)
  if (sources.length > 0) roots.push(readSafely(sources.join(', '), () => sourceFiles(protobuf, sources)))
  const lookup = (name: string): Reflection | undefined =>
    roots.map((root) => root.lookup(name)).find((found) => found !== null) ?? undefined
  const known = new Map<Reflection, MessageSchema>()
  const schema = (type: Reflection | undefined | null): MessageSchema | undefined => {
    if (type === undefined || type === null || !('fieldsById' in type)) return undefined
    let message = known.get(type)
    if (message === undefined) known.set(type, (message = messageSchema(type as Type, schema)))
    return message
  }
  return {
    message: (name) => schema(lookup(name)),
    method: (target) => {
      const [, service = '', method = ''] = /^\/([\w.]+)\/(\w+)$/.exec(target) ?? []
      const found = lookup(service) as { readonly methods?: { readonly [name: string]: Method | undefined } } | undefined
      const types = found?.methods?.[method]?.resolve()
      return types && { request: schema(types.resolvedRequestType), response: schema(types.resolvedResponseType) }
    },
  }
}

function sourceFiles(protobuf: Protobufjs, files: readonly string[]): Root {
  const root = new protobuf.Root()
  const folders = [...new Set(files.flatMap((file) => ancestors(path.dirname(file))))]
  const native = root.resolvePath.bind(root)
  // Imports are relative to a folder that only the compiler was told: one above a file that imports.
  root.resolvePath = (origin, target) =>
    [path.resolve(target), ...folders.map((folder) => path.join(folder, target))].find((file) => existsSync(file)) ?? native(origin, target)
  return root.loadSync(files, { keepCase: true }).resolveAll()
}

function ancestors(folder: string): string[] {
  const parent = path.dirname(folder)
  return parent === folder ? [folder] : [folder, ...ancestors(parent)]
}

function descriptorSet(protobuf: Protobufjs, file: string): Root {
  const { FileDescriptorSet } = library('protobufjs/ext/descriptor.js') as {
    readonly FileDescriptorSet: { decode(bytes: Uint8Array): unknown }
  }
  return protobuf.Root.fromDescriptor(FileDescriptorSet.decode(readFileSync(file))).resolveAll()
}

function messageSchema(type: Type, schema: (type: Reflection | null) => MessageSchema | undefined): MessageSchema {
  const fields = new Map<number, FieldSchema>()
  return {
    field: (id) => {
      const known = fields.get(id)
      if (known !== undefined) return known
      const field = type.fieldsById[id]?.resolve()
      if (field === undefined) return undefined
      const { resolvedType } = field
      const names =
        resolvedType?.valuesById && new Map(Object.entries(resolvedType.valuesById).map(([number, name]) => [Number(number), name]))
      const read: FieldSchema = {
        name: field.name,
        type: names === undefined ? field.type : 'enum',
        message: schema(resolvedType),
        names,
        isRepeated: field.repeated,
        isMap: field.map,
      }
      const whole = field.map ? { ...read, message: entrySchema(read, field.keyType ?? 'string') } : read
      fields.set(id, whole)
      return whole
    },
  }
}

/** An entry of a map is a message of a key and a value. */
function entrySchema(value: FieldSchema, keyType: string): MessageSchema {
  const plain = { isRepeated: false, isMap: false }
  const key: FieldSchema = { ...plain, name: 'key', type: keyType, message: undefined, names: undefined }
  return { field: (id) => (id === 1 ? key : id === 2 ? { ...value, ...plain, name: 'value' } : undefined) }
}

/** The user's own copy, as near to the project as it is. */
function library(name: string): unknown {
  for (const from of [path.join(process.cwd(), 'package.json'), import.meta.url]) {
    try {
      return createRequire(from)(name)
    } catch (error) {
      if ((error as { code?: string }).code !== 'MODULE_NOT_FOUND') throw error
    }
  }
  throw new RetakeError('RETAKE_CONFIG_INVALID', '`protobuf` is configured, and protobufjs, which reads its files, is not installed.', {
    remedy: 'npm install --save-dev protobufjs',
  })
}

function readSafely(file: string, read: () => Root): Root {
  try {
    return read()
  } catch (cause) {
    throw new RetakeError('RETAKE_CONFIG_INVALID', `\`protobuf.files\`: ${file} cannot be read: ${(cause as Error).message}`, { cause })
  }
}
