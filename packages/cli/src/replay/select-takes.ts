import type { Cassette, TakeSummary } from '@retake/cassette'
import { RetakeError } from '@retake/core'
import { knownTakeId } from '../commands/opened-cassette.ts'
import { matchesFilter } from '../commands/take-filter.ts'
import { orderTakes, type TakeOrder } from './take-order.ts'

export interface Selection {
  /** Where the cassette is, for messages. */
  readonly place: string
  /** Ids, or beginnings of ids; all takes where none is given. */
  readonly takes: readonly string[]
  readonly filter: string | undefined
  readonly trace: string | undefined
  readonly order: TakeOrder
}

/** What there is to replay: requests to send, or a script to run. */
export type Selected = { readonly kind: 'requests'; readonly ids: readonly string[] } | { readonly kind: 'script'; readonly id: string }

/**
 * Finds the takes that a person means.
 * @throws RetakeError `RETAKE_TAKE_UNKNOWN` when a named one is not there; `RETAKE_USAGE` when nothing is left to replay.
 */
export function selectTakes(cassette: Cassette, selection: Selection): Selected {
  const { place, filter, trace } = selection
  // By their beginnings: what one leaves in the app's memory the next one finds.
  const requests = [...cassette.takes].filter((take) => take.kind === 'http').sort((a, b) => a.startedAt - b.startedAt)
  const scripts = cassette.sessions
    // What a service starts is replayed with it.
    .filter(({ header }) => header.parent === undefined)
    .map(({ header }) => `${header.id}-main`)
    .filter((id) => isScript(cassette, id))
  if (selection.takes.length > 0) {
    const ids = requests.map((take) => take.id).concat(scripts)
    const named = [...new Set(selection.takes.map((meant) => knownTakeId(ids, meant, place)))]
    const script = named.find((id) => scripts.includes(id))
    if (script !== undefined && named.length > 1)
      throw new RetakeError('RETAKE_USAGE', `A script (${script}) is replayed by itself, without other takes.`)
    return script === undefined ? { kind: 'requests', ids: orderTakes(named, selection.order) } : { kind: 'script', id: script }
  }
  if (trace !== undefined) {
    const take = cassette.takeByTrace(trace)
    if (take?.kind !== 'http') throw new RetakeError('RETAKE_TAKE_UNKNOWN', `No take of ${place} belongs to the trace ${trace}.`)
    return { kind: 'requests', ids: [take.id] }
  }
  const ids = sentByPeople(requests.filter((take) => matchesFilter(take, filter)))
  if (ids.length > 0) return { kind: 'requests', ids: orderTakes(ids, selection.order) }
  const script = scripts.at(-1)
  if (script !== undefined && requests.length === 0) return { kind: 'script', id: script }
  throw nothingToReplay(place, requests.length, filter)
}

/** Ids of requests but for those that another one of them sends: the app sends them to itself again. */
function sentByPeople(requests: readonly TakeSummary[]): string[] {
  const ids = new Set(requests.map(({ id }) => id))
  return requests.filter(({ sentBy }) => sentBy === undefined || !ids.has(sentBy.take)).map(({ id }) => id)
}

function isScript(cassette: Cassette, id: string): boolean {
  const main = cassette.summary(id)
  return main?.kind === 'process' && main.target === 'script'
}

function nothingToReplay(place: string, requests: number, filter: string | undefined): RetakeError {
  if (requests > 0) {
    return new RetakeError(
      'RETAKE_USAGE',
      `None of the ${requests} takes of ${place} has ${JSON.stringify(filter)} in its method and target.`,
      {
        remedy: 'List the takes with `retake list`.',
      },
    )
  }
  return new RetakeError('RETAKE_USAGE', `${place} has no take that can be sent to an app: no request reached it while it was recorded.`, {
    remedy: 'Record again, and use the app meanwhile. Takes of tests are replayed by their test runner.',
  })
}
