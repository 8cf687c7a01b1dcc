import { type Cassette, intervalText } from '@retake/cassette'
import type { BackgroundJob } from './job.ts'

/** The jobs of a cassette: which there are, and whose turn it is. */
export class RecordedJobs {
  readonly #takes: Map<string, string[]> = new Map()
  readonly #names: Set<string> = new Set()
  /** Intervals whose functions have no names are recognised by their length and the look of their code, which may have changed. */
  readonly #nameless: Set<string> = new Set()
  readonly #next: Map<string, number> = new Map()

  constructor(cassette: Cassette) {
    for (const { id, kind, target, method } of cassette.takes) {
      if (kind !== 'background') continue
      this.#names.add(target)
      if (method !== undefined && isSource(target)) this.#nameless.add(lookOf(method, target))
      const takes = this.#takes.get(target)
      if (takes === undefined) this.#takes.set(target, [id])
      else takes.push(id)
    }
  }

  has({ name, interval }: BackgroundJob): boolean {
    if (this.#names.has(name)) return true
    return interval !== undefined && isSource(name) && this.#nameless.has(lookOf(intervalText(interval), name))
  }

  /** Id of the next recorded take of the job; `undefined` after the last. */
  next({ name }: BackgroundJob): string | undefined {
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
