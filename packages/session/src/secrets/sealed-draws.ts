import { drawKinds, type DrawKind, type DrawRun, type DrawValue, RetakeError, type Segment } from '@retake/core'

/** What draws of a record really were. */
export interface SealedDraws {
  /** Kinds of the record's own draws that were sealed. */
  readonly kinds: readonly DrawKind[]
  /** Values of those, in the order of the record. */
  readonly values: readonly DrawValue[]
  /** Draws of other takes that turn up in this one. */
  readonly borrowed: readonly { readonly kind: DrawKind; readonly value: DrawValue; readonly surrogate: DrawValue }[]
}

/** A drawn value and what stands for it in the cassette. */
export interface OpenedDraw {
  readonly kind: DrawKind
  readonly surrogate: DrawValue
  readonly value: DrawValue
}

export function packSealedDraws({ kinds, values, borrowed }: SealedDraws): Uint8Array {
  const packed = {
    kinds,
    values: values.map(packValue),
    borrowed: borrowed.map(({ kind, value, surrogate }) => [kind, packValue(value), packValue(surrogate)]),
  }
  return Buffer.from(JSON.stringify(packed))
}

/** @throws RetakeError `RETAKE_CASSETTE_CORRUPT`. */
function readSealedDraws(bytes: Uint8Array): SealedDraws {
  const { kinds, values, borrowed } = JSON.parse(Buffer.from(bytes).toString('utf8')) as {
    readonly kinds: readonly DrawKind[]
    readonly values: readonly (string | number)[]
    readonly borrowed: readonly (readonly [DrawKind, string | number, string | number])[]
  }
  if (![...kinds, ...borrowed.map(([kind]) => kind)].every((kind) => drawKinds.includes(kind))) throw notFitting()
  return {
    kinds,
    values: values.map(readValue),
    borrowed: borrowed.map(([kind, value, surrogate]) => ({ kind, value: readValue(value), surrogate: readValue(surrogate) })),
  }
}

export function sameDraw(a: DrawValue, b: DrawValue): boolean {
  return a instanceof Uint8Array && b instanceof Uint8Array ? Buffer.compare(a, b) === 0 : a === b
}

/** Whether draws of a take were sealed. */
export function hasSealedDraws(segments: readonly Segment[]): boolean {
  return segments.some(({ draws }) => draws.some(({ kind }) => kind === 'sealed'))
}

/** Draws as they can be replayed by who has no key: those that were sealed are their surrogates. */
export function withoutSealed(segments: readonly Segment[]): readonly Segment[] {
  return segments.map(({ token, draws }) => ({ token, draws: draws.filter(({ kind }) => kind !== 'sealed') }))
}

/**
 * Puts what was drawn back into its places.
 * @param open Decrypts.
 * @throws RetakeError `RETAKE_CASSETTE_CORRUPT` when the values do not fit the draws.
 */
export function openDraws(
  segments: readonly Segment[],
  open: (sealed: Uint8Array) => Uint8Array,
): { readonly segments: readonly Segment[]; readonly opened: readonly OpenedDraw[] } {
  const opened: OpenedDraw[] = []
  let kinds: readonly DrawKind[] = []
  let values: readonly DrawValue[] = []
  let at = 0
  const openRun = (run: DrawRun): readonly DrawRun[] => {
    if (run.kind === 'sealed') {
      const [sealed] = run.values
      if (!(sealed instanceof Uint8Array) || at !== values.length) throw notFitting()
      const draws = readSealedDraws(open(sealed))
      ;({ kinds, values } = draws)
      at = 0
      opened.push(...draws.borrowed)
      return []
    }
    if (!kinds.includes(run.kind)) return [run]
    const own = values.slice(at, (at += run.values.length))
    if (own.length !== run.values.length) throw notFitting()
    own.forEach((value, index) => opened.push({ kind: run.kind, value, surrogate: run.values[index] as DrawValue }))
    return [{ ...run, values: own }]
  }
  const real = segments.map(({ token, draws }): Segment => ({ token, draws: draws.flatMap(openRun) }))
  if (at !== values.length) throw notFitting()
  return { segments: real, opened }
}

function notFitting(): RetakeError {
  return new RetakeError('RETAKE_CASSETTE_CORRUPT', 'The sealed draws of a take do not fit the draws of its log.')
}

function packValue(value: DrawValue): string | number {
  if (typeof value === 'number') return value
  if (typeof value === 'string') return `t${value}`
  return typeof value === 'bigint' ? `n${value}` : `b${Buffer.from(value).toString('base64')}`
}

function readValue(packed: string | number): DrawValue {
  if (typeof packed === 'number') return packed
  if (typeof packed !== 'string') throw notFitting()
  const text = packed.slice(1)
  if (packed.startsWith('t')) return text
  return packed.startsWith('n') ? BigInt(text) : Buffer.from(text, 'base64')
}
