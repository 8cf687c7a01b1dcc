import type { Target, TransportError } from '@retake/core'
import type { ConnectedFacts, LookupOutcome, SecuredFacts, Seam, VirtualLine, VirtualPeer } from '../../src/index.ts'
import type { LogEntry } from './log.ts'

/** One step of a recorded peer, taken once the client has done what came before it. */
interface Step {
  readonly afterBytes: number
  readonly afterEnd: boolean
  readonly afterUpgrade: boolean
  readonly play: (line: VirtualLine) => void
}

interface Script {
  readonly target: Target
  readonly steps: readonly Step[]
  readonly upgraded: SecuredFacts | undefined
}

function scriptOf(entries: readonly LogEntry[], target: Target): Script {
  const steps: Step[] = []
  let afterBytes = 0
  let afterEnd = false
  let afterUpgrade = false
  const secured = entries.find((entry) => entry.kind === 'secured')?.facts
  const step = (play: Step['play']): void => void steps.push({ afterBytes, afterEnd, afterUpgrade, play })
  for (const entry of entries) {
    switch (entry.kind) {
      case 'connected': {
        const facts: ConnectedFacts = entry.facts
        // The client may write before the connection stands; the peer accepts without waiting for that.
        steps.push({
          afterBytes: 0,
          afterEnd: false,
          afterUpgrade: false,
          play: (line) => line.connect(facts, target.secure ? secured : undefined),
        })
        break
      }
      case 'sent':
        afterBytes += Buffer.from(entry.bytes, 'base64').length
        break
      case 'sentEnd':
        afterEnd = true
        break
      case 'upgraded':
        afterUpgrade = true
        break
      case 'received': {
        const bytes = Buffer.from(entry.bytes, 'base64')
        step((line) => line.push(bytes))
        break
      }
      case 'receivedEnd':
        step((line) => line.end())
        break
      case 'closed': {
        const error: TransportError | undefined = entry.error
        if (error !== undefined) step((line) => line.fail(error))
        break
      }
    }
  }
  return { target, steps, upgraded: target.secure ? undefined : secured }
}

/** A peer that plays a script back: each step as soon as the client has said what preceded it. */
function playback({ steps, upgraded }: Script, line: VirtualLine): VirtualPeer {
  let next = 0
  let bytes = 0
  let ended = false
  let isUpgraded = false
  const advance = (): void => {
    for (;;) {
      const step = steps[next]
      if (step === undefined || step.afterBytes > bytes || (step.afterEnd && !ended) || (step.afterUpgrade && !isUpgraded)) return
      next++
      step.play(line)
    }
  }
  advance()
  return {
    received(data) {
      bytes += data.byteLength
      advance()
    },
    receivedEnd() {
      ended = true
      advance()
    },
    upgraded() {
      isUpgraded = true
      advance()
    },
    secured: () => upgraded,
    closed: () => undefined,
  }
}

/** A seam that serves every connection and look-up from a log. Connections of one target are served in their order. */
export function playbackSeam(log: readonly LogEntry[], swallowed: LogEntry[]): Seam {
  const scripts = log.flatMap((entry) =>
    entry.kind === 'opened'
      ? [
          scriptOf(
            log.filter((other) => 'connection' in other && other.connection === entry.connection),
            entry.target,
          ),
        ]
      : [],
  )
  const lookups = log.filter((entry) => entry.kind === 'lookup')
  return {
    route: () => 'virtual',
    serve(target, line) {
      const index = scripts.findIndex((script) => JSON.stringify(script.target) === JSON.stringify(target))
      if (index < 0) throw new Error(`nothing recorded for ${JSON.stringify(target)}`)
      return playback(scripts.splice(index, 1)[0] as Script, line)
    },
    lookups: {
      answer(call, _scope, deliver) {
        const index = lookups.findIndex((entry) => JSON.stringify(entry.call) === JSON.stringify(call))
        const outcome: LookupOutcome =
          index < 0 ? { error: { code: 'ENOTFOUND', message: 'not recorded' } } : lookups.splice(index, 1)[0]!.outcome
        deliver(outcome)
      },
    },
    swallowed: (description) => swallowed.push({ kind: 'swallowed', description }),
  }
}
