import { type Cassette, intervalText } from '@retake/cassette'
import type { FieldRedactor } from '@retake/core'
import type { BackgroundJob } from './job.ts'

/** The jobs of a cassette: which there are, and whose turn it is. */
export class RecordedJobs {
  readonly #takes: Map<string, string[]> = new Map()
  readonly #mask: Pick<FieldRedactor, 'text'>
  readonly #names: Set<string> = new Set()
  /** Intervals whose functions have no names are recognised by their length and the look of their code, which may have changed. */
  readonly #nameless: Set<string> = new Set()
  readonly #next: Map<string, number> = new Map()

  /** @param mask Names are redacted when they are written: they are compared masked. */
  constructor(cassette: Cassette, mask: Pick<FieldRedactor, 'text'>) {
    this.#mask = mask
    for (const { id, kind, method, target: written } of cassette.takes) {
      if (kind !== 'background') continue
      const target = mask.text(written)
      this.#names.add(target)
      if (method !== undefined && isSource(target)) this.#nameless.add(lookOf(method, target))
      const takes = this.#takes.get(target)
      if (takes === undefined) this.#takes.set(target, [id])
      else takes.push(id)
    }
  }

  has({ name: own, interval }: BackgroundJob): boolean {
    const name = this.#mask.text(own)
    if (this.#names.has(name)) return true
    return interval !== undefined && isSource(name) && this.#nameless.has(lookOf(intervalText(interval), name))
  }

  /** Id of the next recorded take of the job; `undefined` after the last. */
  next({ name: own }: BackgroundJob): string | undefined {
    const name = this.#mask.text(own)
    const turn = this.#next.get(name) ?? 0
    this.#next.set(name, turn + 1)
    return this.#takes.get(name)?.[turn]
  }
}

function isSource(name: string): boolean {
  return name.includes('=>') || name.includes('{')
}

/** `async () =>` and `() =>` are told apart, and little else. */
function lookOf(interval: string, name: string): string {
  return `${interval} ${name.slice(0, 8)}`
}
