/** What a stretch of lost events had to do with: whose recording has a hole now. */
export interface Gap {
  readonly takes: readonly number[]
  readonly connections: readonly number[]
}

/** A {@link Gap} as the payload of one record: the number of takes, the takes, the connections. */
export function packGap({
  takes,
  connections,
}: {
  readonly takes: ReadonlySet<number>
  readonly connections: ReadonlySet<number>
}): Uint8Array {
  return new Uint8Array(Int32Array.of(takes.size, ...takes, ...connections).buffer)
}

export function unpackGap(payload: Buffer): Gap {
  const numbers = Array.from({ length: payload.length >> 2 }, (_, index) => payload.readInt32LE(index * 4))
  const [count = 0, ...rest] = numbers
  return { takes: rest.slice(0, count), connections: rest.slice(count) }
}
