import { isJsonObject, JsonNumber, type JsonValue } from './json-value.ts'
import { epochTimestamp, textTimestamp } from './values/timestamp.ts'

/** Two times drawn at once may come in any order; three do not turn round by chance. */
const fewestTimes = 3

/**
 * Whether the items of a list were sorted by a time, and now are sorted the other way. Each time alone is within the
 * tolerance, so only their order tells.
 */
export function isTurnedRound(recorded: readonly JsonValue[], replayed: readonly JsonValue[]): boolean {
  const first = recorded[0]
  if (recorded.length < fewestTimes || first === undefined) return false
  if (!isJsonObject(first)) return isOpposite(recorded, replayed)
  for (const [name, value] of first) {
    if (timeOf(value) === undefined) continue
    if (isOpposite(membersOf(recorded, name), membersOf(replayed, name))) return true
  }
  return false
}

function membersOf(items: readonly JsonValue[], name: string): (JsonValue | undefined)[] {
  return items.map((item) => (isJsonObject(item) ? item.get(name) : undefined))
}

function isOpposite(recorded: readonly (JsonValue | undefined)[], replayed: readonly (JsonValue | undefined)[]): boolean {
  const before = direction(recorded)
  return before !== 0 && direction(replayed) === -before
}

/** 1 when each is later than the one before it, -1 when each is earlier, 0 otherwise. */
function direction(values: readonly (JsonValue | undefined)[]): number {
  let found = 0
  let last: number | undefined
  for (const value of values) {
    const time = timeOf(value)
    if (time === undefined) return 0
    if (last !== undefined) {
      const step = Math.sign(time - last)
      if (step === 0 || (found !== 0 && step !== found)) return 0
      found = step
    }
    last = time
  }
  return found
}

function timeOf(value: JsonValue | undefined): number | undefined {
  if (typeof value === 'string') return textTimestamp(value)?.ms ?? epochTimestamp(value)?.ms
  return value instanceof JsonNumber ? epochTimestamp(value.source)?.ms : undefined
}
