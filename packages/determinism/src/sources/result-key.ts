const { createHash } = process.getBuiltinModule('node:crypto')

/** 32 bits that tell one computation from another. */
export function keyOf(...inputs: readonly unknown[]): number {
  const hash = createHash('sha256')
  for (const input of inputs)
    hash.update(ArrayBuffer.isView(input) ? viewed(input) : input instanceof ArrayBuffer ? new Uint8Array(input) : described(input))
  return hash.digest().readUInt32LE(0)
}

function viewed(view: ArrayBufferView): Uint8Array {
  return new Uint8Array(view.buffer, view.byteOffset, view.byteLength)
}

/** Keys and options as far as they are plain: a key object counts by its type. */
function described(input: unknown): string {
  if (input === null || typeof input !== 'object') return `${typeof input} ${String(input)}`
  const { asymmetricKeyType } = input as { readonly asymmetricKeyType?: string }
  if (asymmetricKeyType !== undefined) return asymmetricKeyType
  const plain: unknown[] = []
  for (const [name, value] of Object.entries(input))
    plain.push(name, ArrayBuffer.isView(value) ? Buffer.from(viewed(value)).toString('base64') : described(value))
  return JSON.stringify(plain)
}
