import type { Cassette } from '@retake/cassette'
import type { Take } from '@retake/core'
import { Needles, Substitution } from '@retake/redaction'
import { changedBy } from './cassette-secrets.ts'
import { drawFacts } from './draw-policy.ts'

/** A value as it was recorded, and as it follows from the surrogates; both have the same length. */
export type DerivedValue = readonly [recorded: string, replayed: string]

/** Whether drawn values of a cassette are surrogates for good: then what follows from them at replay is not what was recorded. */
export function hasSurrogates(cassette: Cassette): boolean {
  return cassette.sessions.some(({ header }) => {
    const facts = cassette.facts(drawFacts, header.id)
    return Object.values(facts).includes('surrogate')
  })
}

/** A take in which values stand that follow from its draws as they are in the cassette; the same instance when nothing changes. */
export function withDerived(take: Take, values: readonly DerivedValue[]): Take {
  const needles = new Needles()
  for (const [recorded, replayed] of values) {
    needles.addText({
      text: recorded,
      window: 0,
      isNumber: false,
      beginningWillDo: false,
      replacement: () => replayed,
      drawn: { kind: 'id', value: recorded, replacement: () => replayed },
    })
  }
  return changedBy(take, new Substitution(() => [needles]))
}
