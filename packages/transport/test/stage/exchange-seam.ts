import { type Target, targetName } from '@retake/core'
import type { ConnectedFacts, SecuredFacts, Seam, VirtualLine } from '../../src/index.ts'
import type { LogEntry } from './log.ts'

/** What was said until an answer came, and the answer. */
interface Exchange {
  readonly asked: string
  readonly answer: ((line: VirtualLine) => void)[]
}

interface Place {
  connected: ConnectedFacts | undefined
  secured: SecuredFacts | undefined
  failure: ((line: VirtualLine) => void) | undefined
  readonly exchanges: Exchange[]
}

function places(log: readonly LogEntry[]): Map<string, Place> {
  const found = new Map<string, Place>()
  const targets = new Map<number, Target>()
  const asking = new Map<number, { asked: Buffer[]; exchange: Exchange | undefined }>()
  for (const entry of log) {
    if (!('connection' in entry)) continue
    if (entry.kind === 'opened') targets.set(entry.connection, entry.target)
    const name = targetName(targets.get(entry.connection) as Target)
    const place = found.get(name) ?? { connected: undefined, secured: undefined, failure: undefined, exchanges: [] }
    found.set(name, place)
    const state = asking.get(entry.connection) ?? { asked: [], exchange: undefined }
    asking.set(entry.connection, state)
    const answer = (step: (line: VirtualLine) => void): void => {
      if (state.exchange === undefined) {
        if (state.asked.length === 0) return
        state.exchange = { asked: Buffer.concat(state.asked).toString('base64'), answer: [] }
        place.exchanges.push(state.exchange)
      }
      state.exchange.answer.push(step)
    }
    switch (entry.kind) {
      case 'connected':
        place.connected = entry.facts
        break
      case 'secured':
        place.secured = entry.facts
        break
      case 'sent':
        if (state.exchange !== undefined) asking.set(entry.connection, { asked: [Buffer.from(entry.bytes, 'base64')], exchange: undefined })
        else state.asked.push(Buffer.from(entry.bytes, 'base64'))
        break
      case 'received':
        answer((line) => line.push(Buffer.from(entry.bytes, 'base64')))
        break
      case 'receivedEnd':
        answer((line) => line.end())
        break
      case 'closed': {
        const { error } = entry
        if (error === undefined) break
        if (place.connected === undefined) place.failure = (line) => line.fail(error)
        else answer((line) => line.fail(error))
        break
      }
    }
  }
  return found
}

/**
 * Serves whatever connection asks something that was asked: clients with pools of their own spread their requests over
 * connections as the timing has it.
 */
export function exchangeSeam(log: readonly LogEntry[]): Seam {
  const known = places(log)
  return {
    route: () => 'virtual',
    serve(target, line) {
      const place = known.get(targetName(target))
      if (place === undefined) throw new Error(`nothing recorded for ${targetName(target)}`)
      if (place.failure !== undefined) place.failure(line)
      else line.connect(place.connected ?? {}, target.secure ? place.secured : undefined)
      let asked: Buffer[] = []
      return {
        received(bytes) {
          asked.push(Buffer.from(bytes))
          const text = Buffer.concat(asked).toString('base64')
          const index = place.exchanges.findIndex((exchange) => exchange.asked === text)
          if (index < 0) return
          asked = []
          for (const step of place.exchanges.splice(index, 1)[0]?.answer ?? []) step(line)
        },
        receivedEnd: () => line.end(),
        upgraded: () => undefined,
        secured: () => undefined,
        closed: () => undefined,
      }
    },
  }
}
