/** A field as it stands in the bytes of a message (protobuf.dev, "Encoding"). */
export interface WireField {
  readonly id: number
  /** 0 varint, 1 eight bytes, 2 length-delimited, 5 four bytes. */
  readonly wire: 0 | 1 | 2 | 5
  /** Of the whole field, its tag included. */
  readonly start: number
  readonly end: number
  /** Of a varint, as it was written: 64 bits without sign. */
  readonly varint: bigint
  /** Of all others: the content, a view. */
  readonly bytes: Uint8Array
}

const none = new Uint8Array()

/** @returns `undefined` for bytes that are no message. Groups, which proto2 gave up, are not read. */
export function wireFields(bytes: Uint8Array): readonly WireField[] | undefined {
  const fields: WireField[] = []
  for (let at = 0; at < bytes.length;) {
    const start = at
    const tag = varintAt(bytes, at)
    if (tag === undefined) return undefined
    at = tag.end
    const id = Number(tag.value >> 3n)
    const wire = Number(tag.value & 7n)
    if (id === 0 || id > 536_870_911) return undefined
    let varint = 0n
    let content: Uint8Array = none
    if (wire === 0) {
      const read = varintAt(bytes, at)
      if (read === undefined) return undefined
      varint = read.value
      at = read.end
    } else if (wire === 1 || wire === 5 || wire === 2) {
      const length = wire === 2 ? varintAt(bytes, at) : { value: wire === 1 ? 8n : 4n, end: at }
      if (length === undefined || length.value > BigInt(bytes.length - length.end)) return undefined
      at = length.end + Number(length.value)
      content = bytes.subarray(length.end, at)
    } else return undefined
    fields.push({ id, wire, start, end: at, varint, bytes: content })
  }
  return fields
}

/** The varints of a packed list. */
export function packedVarints(bytes: Uint8Array): readonly bigint[] | undefined {
  const values: bigint[] = []
  for (let at = 0; at < bytes.length;) {
    const read = varintAt(bytes, at)
    if (read === undefined) return undefined
    values.push(read.value)
    at = read.end
  }
  return values
}

function varintAt(bytes: Uint8Array, from: number): { readonly value: bigint; readonly end: number } | undefined {
  let value = 0n
  for (let at = from; at < bytes.length && at < from + 10; at++) {
    const byte = bytes[at] as number
    value |= BigInt(byte & 0x7f) << BigInt(7 * (at - from))
    if (byte < 0x80) return { value: BigInt.asUintN(64, value), end: at + 1 }
  }
  return undefined
}

/** A number as a varint. */
export function varintBytes(value: bigint): Uint8Array {
  const bytes: number[] = []
  let left = BigInt.asUintN(64, value)
  for (; left > 0x7fn; left >>= 7n) bytes.push(Number(left & 0x7fn) | 0x80)
  bytes.push(Number(left))
  return Uint8Array.from(bytes)
}
