import { muted } from '@retake/core'
import { drawingScope } from './drawing-scope.ts'
import { standIn } from './stand-in.ts'

/**
 * Draws an id of a library that mints ids from state which takes share (a pool of random bytes, a counter, the last time):
 * the library's own draws are invisible to a single take, so the id itself is logged. The library runs muted.
 * @param source Which function of which library, with what it was made with: an id answers nothing but the same source
 *   and inputs.
 * @param inputs Arguments of the call, as far as they are plain values.
 */
export function drawId(source: string, inputs: readonly unknown[], native: () => string): string {
  const scope = drawingScope()
  return scope === undefined ? native() : scope.draws.text('id', () => muted(native), idKey(source, inputs))
}

/**
 * A function that stands for one that mints ids; to be put in its place by whoever hooks the library's loading.
 * @param source See {@link drawId}.
 * @param native Returns an id as text.
 */
export function drawnId<Args extends unknown[]>(source: string, native: (...args: Args) => string): (...args: Args) => string {
  return standIn(native, function (this: unknown, ...args: Args): string {
    return drawId(source, args, () => native.apply(this, args))
  })
}

/** The same for a function that takes random bytes out of a pool. @param native Given how many, or always the same number. */
export function drawnBytes<Args extends [size?: number]>(
  native: (...args: Args) => Uint8Array,
  size?: number,
): (...args: Args) => Uint8Array {
  return standIn(native, function (this: unknown, ...args: Args): Uint8Array {
    const scope = drawingScope()
    const wanted = size ?? args[0]
    if (scope === undefined || typeof wanted !== 'number' || !Number.isInteger(wanted) || wanted < 0) return native.apply(this, args)
    return scope.draws.bytes('bytes', wanted, () => muted(() => native.apply(this, args)))
  })
}

/** 32 bits that tell what an id is made from (FNV-1a). */
function idKey(source: string, inputs: readonly unknown[]): number {
  let hash = 0x811c9dc5
  const add = (text: string): void => {
    for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193)
  }
  add(source)
  for (const input of inputs) if (input !== undefined) add(`\n${plain(input)}`)
  return hash >>> 0
}

function plain(input: unknown): string {
  if (typeof input === 'function') return 'function'
  if (typeof input !== 'object' || input === null) return String(input)
  const members = Object.entries(input).filter(([, value]) => typeof value !== 'object' && typeof value !== 'function')
  return members.map(([name, value]) => `${name}=${String(value)}`).join('\n')
}
