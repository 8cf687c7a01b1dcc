import type { Comparison } from './comparison.ts'
import type { CompareJson } from './compare-arrays.ts'
import type { Pair } from './compare-json.ts'
import { JsonMembers, type Shape } from './json-members.ts'
import type { JsonValue } from './json-value.ts'
import type { Path } from './path.ts'
import { isQuiet } from './quiet-values.ts'
import { inside } from './path-rules.ts'
import { identifierOf } from './values/identifier.ts'
import { textTimestamp } from './values/timestamp.ts'
import { textMismatch } from './equivalence.ts'

type Members = ReadonlyMap<string, JsonValue>

/** Names that are noise are only sought among so many. */
const mostNoisyNames = 10_000

/**
 * The members of two objects side by side, in recorded order, then those that were added. Where a name is itself noise
 * (a map by generated id), it stands for the name that its id stands for.
 */
export function memberPairs(recorded: Members, replayed: Members, path: Path, run: Comparison, compareJson: CompareJson): Pair[] {
  if (recorded instanceof JsonMembers && replayed instanceof JsonMembers && recorded.shape === replayed.shape)
    return pairsOfOneShape(recorded, replayed, path, run)
  const pairs: Pair[] = []
  const gone: string[] = []
  const hasRules = path.rules.length > 0
  // Not `for … of`, which makes an array of each member.
  recorded.forEach((value, name) => {
    const other = replayed.get(name)
    if (other === undefined) gone.push(name)
    else if (hasRules || !isQuiet(value, other, run)) pairs.push({ recorded: value, replayed: other, path: inside(path, name) })
  })
  if (gone.length === 0 && recorded.size === replayed.size) return pairs
  const added = new Set([...replayed.keys()].filter((name) => !recorded.has(name)))
  const renamed =
    run.clocks === undefined || added.size === 0
      ? new Map<string, string>()
      : noisyNames(gone, added, recorded, replayed, path, run, compareJson)
  for (const name of gone) {
    const now = renamed.get(name)
    if (now !== undefined) added.delete(now)
    const value = recorded.get(name)
    if (now === undefined) pairs.push({ recorded: value, replayed: undefined, path: inside(path, name) })
    else pairs.push({ recorded: value, replayed: replayed.get(now), path: inside(path, name, true) })
  }
  for (const name of added) pairs.push({ recorded: undefined, replayed: replayed.get(name), path: inside(path, name) })
  return pairs
}

/** Most objects have the same names in the same order. */
function pairsOfOneShape(recorded: JsonMembers, replayed: JsonMembers, path: Path, run: Comparison): Pair[] {
  const pairs: Pair[] = []
  const hasRules = path.rules.length > 0
  let shape: Shape = recorded.shape
  for (let index = recorded.list.length - 1; index >= 0; index--) {
    const value = recorded.list[index]
    const other = replayed.list[index]
    if (hasRules || !isQuiet(value, other, run)) pairs.push({ recorded: value, replayed: other, path: inside(path, shape.name) })
    shape = shape.parent as Shape
  }
  return pairs.reverse()
}

/** Which new name each missing noisy name became: the known counterpart, else the first whose value fits, else the first. */
function noisyNames(
  gone: readonly string[],
  added: ReadonlySet<string>,
  recorded: Members,
  replayed: Members,
  path: Path,
  run: Comparison,
  compareJson: CompareJson,
): Map<string, string> {
  const renamed = new Map<string, string>()
  const free = new Set([...added].filter(isNoisy).slice(0, mostNoisyNames))
  for (const name of gone.filter(isNoisy).slice(0, mostNoisyNames)) {
    const at = inside(path, name, true)
    const canBe = (other: string): boolean => run.trial(() => reportIf(textMismatch(name, other, at, run), at, run)) === undefined
    const fits = (other: string): boolean =>
      run.trial(() => {
        reportIf(textMismatch(name, other, at, run), at, run)
        compareJson(recorded.get(name) ?? null, replayed.get(other) ?? null, at, run)
      }) === undefined
    const known = run.references.known(identifierOf(name)?.core ?? name)
    const counterpart = known === undefined ? undefined : first(free, (other) => (identifierOf(other)?.core ?? other) === known)
    const found = counterpart ?? first(free, fits) ?? first(free, canBe)
    if (found === undefined) continue
    free.delete(found)
    renamed.set(name, found)
  }
  return renamed
}

function reportIf(mismatch: ReturnType<typeof textMismatch>, path: Path, run: Comparison): void {
  if (mismatch !== undefined) run.report(path, mismatch, { recorded: undefined, replayed: undefined })
}

function isNoisy(name: string): boolean {
  return identifierOf(name) !== undefined || textTimestamp(name) !== undefined
}

function first(names: ReadonlySet<string>, accept: (name: string) => boolean): string | undefined {
  for (const name of names) if (accept(name)) return name
  return undefined
}
