import type { Call, Chunk, Ending, FieldValue, Interaction } from '@retake/core'
import type { ConversationSink, OpenInteraction, Stamp } from '@retake/protocols'

/** Keeps what conversations find, the way a recording worker does. */
export class InteractionCollector implements ConversationSink {
  readonly facts = new Map<string, FieldValue>()
  readonly #found: { interaction: Interaction; ended: boolean }[] = []

  /** What was found, in the order in which the calls began. */
  get interactions(): Interaction[] {
    return this.#found.map(({ interaction }) => interaction)
  }

  get unfinished(): Interaction[] {
    return this.#found.filter(({ ended }) => !ended).map(({ interaction }) => interaction)
  }

  connectionFact(name: string, value: FieldValue): void {
    this.facts.set(name, value)
  }

  begin(stamp: Stamp): OpenInteraction {
    const chunks: Chunk[] = []
    const entry: { interaction: Interaction; ended: boolean } = { interaction: undefined as never, ended: false }
    let call: Call = { protocol: 'none', target: '', label: 'not called', effect: 'read', fields: {} }
    let meta: { readonly [name: string]: FieldValue } | undefined
    let ending: Ending = { kind: 'abandoned' }
    const id = this.#found.length
    const update = (): void => {
      entry.interaction = {
        id,
        call,
        startedAt: stamp.at,
        outcome: { kind: 'stream', chunks, ending, endedAt: 0, ...(meta === undefined ? {} : { meta }) },
      }
    }
    update()
    this.#found.push(entry)
    return {
      call: (better) => {
        call = better
        update()
      },
      chunk: (bytes, at, mark) => {
        if (entry.ended) return
        chunks.push({ bytes: bytes.slice(), at: at.at - stamp.at, ...(mark === undefined ? {} : { mark }) })
      },
      meta: (given) => {
        meta = given
        update()
      },
      end: (how) => {
        if (entry.ended) return
        if (call.protocol === 'none') throw new Error('ended without a call')
        entry.ended = true
        ending = how
        update()
      },
    }
  }
}
