import { type Call, type Interaction, RetakeError } from '@retake/core'
import { type AskOptions, protocolNamed, type Reply, type VirtualServerHost } from '@retake/protocols'
import { isDeepStrictEqual } from 'node:util'

interface Ticket {
  ready(): void
  abandon(): void
}

/**
 * Answers calls with the first unused interaction of equal fields. Each chunk is delivered in a macrotask of its own. What
 * nobody called for at a certain moment (a notification) comes when everything that had begun before it was asked for.
 */
export class PostgresPlayer {
  readonly misses: string[] = []
  readonly #unused: Interaction[]
  readonly #waiting: { readonly before: number; readonly deliver: () => void }[] = []

  constructor(interactions: readonly Interaction[]) {
    this.#unused = [...interactions]
  }

  get unused(): readonly string[] {
    return this.#unused.map(({ call }) => call.label)
  }

  ask(call: Call, reply: Reply, options?: AskOptions): ReturnType<VirtualServerHost['ask']> {
    const fields = matchFields(call)
    const first = this.#unused.findIndex((interaction) => isDeepStrictEqual(matchFields(interaction.call), fields))
    const early = options?.due === true && this.#unused.slice(0, first).some(({ call: earlier }) => earlier.effect !== 'session')
    const at = early ? -1 : first
    const interaction = at === -1 ? undefined : this.#unused.splice(at, 1)[0]
    if (interaction === undefined) return this.#missed(call, reply, options?.optional === true)
    reply.found(interaction)
    this.#release()
    const { outcome } = interaction
    if (outcome.kind !== 'stream') throw new Error('an outcome without a stream')
    const end = (): void => reply.ending(outcome.ending)
    const steps = outcome.chunks.map((chunk) => () => reply.chunk(chunk))
    // Completeness comes with the last chunk; a close or a failure is a delivery of its own.
    const last = outcome.ending.kind === 'complete' ? steps.pop() : undefined
    steps.push(() => {
      last?.()
      end()
    })
    const pushed = outcome.chunks[0]?.mark === 'notification'
    return ticket((next) => {
      if (pushed) this.#waiting.push({ before: interaction.id, deliver: next })
      else setImmediate(next)
      if (pushed) this.#release()
    }, steps)
  }

  #missed(call: Call, reply: Reply, optional: boolean): Ticket {
    if (!optional) this.misses.push(`${call.label} ${JSON.stringify(matchFields(call))}`)
    const error = new RetakeError('RETAKE_MISS', `No recorded interaction answers ${call.label}.\n  It was asked of ${call.target}.`)
    return ticket((next) => void setImmediate(next), [() => reply.missed(error)])
  }

  #release(): void {
    for (const waiting of this.#waiting.splice(0)) {
      const all = this.#unused.every(
        ({ id, outcome }) => id >= waiting.before || (outcome.kind === 'stream' && outcome.chunks[0]?.mark === 'notification'),
      )
      if (all) setImmediate(waiting.deliver)
      else this.#waiting.push(waiting)
    }
  }
}

function matchFields(call: Call): { readonly [name: string]: unknown } {
  return protocolNamed('postgres')?.matchFields(call) ?? call.fields
}

function ticket(schedule: (next: () => void) => void, steps: (() => void)[]): Ticket {
  let over = false
  const next = (): void => {
    if (over) return
    steps.shift()?.()
    if (steps.length > 0) schedule(next)
  }
  let begun = false
  return {
    ready: () => {
      if (begun) return
      begun = true
      schedule(next)
    },
    abandon: () => {
      over = true
    },
  }
}
