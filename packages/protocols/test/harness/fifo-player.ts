import { type Call, type FieldValue, type Interaction, RetakeError } from '@retake/core'
import type { AskOptions, Reply, VirtualServerHost } from '@retake/protocols'

/** Answers a call with the first unused interaction that has the same fields; one delivery per turn of the event loop. */
export class FifoPlayer {
  readonly misses: string[] = []
  readonly #left: Interaction[]

  constructor(interactions: readonly Interaction[]) {
    this.#left = [...interactions]
  }

  get unused(): string[] {
    return this.#left.map(({ call }) => call.label)
  }

  ask(call: Call, reply: Reply, options: AskOptions = {}): ReturnType<VirtualServerHost['ask']> {
    const key = callKey(call)
    const at = this.#left.findIndex((interaction) => callKey(interaction.call) === key)
    const interaction = at === -1 ? undefined : this.#left.splice(at, 1)[0]
    if (interaction !== undefined) reply.found(interaction)
    else if (options.optional !== true) this.misses.push(`${call.label} ${key}`)
    let abandoned = false
    return {
      ready: () => {
        const deliveries: (() => void)[] = []
        if (interaction === undefined)
          deliveries.push(() => reply.missed(new RetakeError('RETAKE_MISS', `No recorded interaction answers ${call.label}.`)))
        else if (interaction.outcome.kind === 'stream') {
          const { chunks, ending } = interaction.outcome
          for (const chunk of chunks) deliveries.push(() => reply.chunk(chunk))
          deliveries.push(() => reply.ending(ending))
        }
        const next = (): void => {
          if (abandoned) return
          deliveries.shift()?.()
          if (deliveries.length > 0) setImmediate(next)
        }
        setImmediate(next)
      },
      abandon: () => {
        abandoned = true
      },
    }
  }
}

function callKey(call: Call): string {
  return `${call.protocol} ${canonical(call.fields)}`
}

function canonical(value: FieldValue): string {
  if (value instanceof Uint8Array) return `<${Buffer.from(value).toString('base64')}>`
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const members = Object.entries(value).map(([name, member]) => `${JSON.stringify(name)}:${canonical(member)}`)
  return `{${members.sort().join()}}`
}
