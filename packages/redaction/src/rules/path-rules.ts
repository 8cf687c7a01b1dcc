import type { RedactionRules, Verdict } from './redaction-rules.ts'

/** A step of the paths of all rules: what may come next, and what is said about the value here. */
export interface PathNode {
  readonly members: Map<string, PathNode>
  /** `*` and `[*]`. */
  any: PathNode | undefined
  verdict: Verdict | undefined
}

/** Steps of the paths that lead to a place; several where one has `*` and another one a name. */
export type PathPlace = readonly PathNode[]

/**
 * The paths of all rules as a tree.
 * @returns `undefined` where there are none, so that documents need not be followed.
 */
export function pathPlace({ secret = [], allow = [] }: RedactionRules): PathPlace | undefined {
  const root = newNode()
  let some = false
  const add = (path: string, verdict: Verdict): void => {
    some = true
    let node = root
    for (const step of stepsOf(path)) node = nextNode(node, step)
    node.verdict ??= verdict
  }
  // What is allowed wins over what is secret by a path of its own.
  for (const rule of allow) if (rule.kind === 'path') add(rule.path, { kind: 'allowed' })
  for (const rule of secret) {
    if (rule.kind === 'path') add(rule.path, { kind: 'secret', ...(rule.with === undefined ? {} : { with: rule.with }) })
  }
  return some ? [root] : undefined
}

/** Where a member or an item leads. */
export function stepInto(place: PathPlace, name: string): PathPlace {
  const next: PathNode[] = []
  for (const { members, any } of place) {
    const member = members.get(name)
    if (member !== undefined) next.push(member)
    if (any !== undefined) next.push(any)
  }
  return next
}

export function verdictAt(place: PathPlace): Verdict | undefined {
  return place.find(({ verdict }) => verdict !== undefined)?.verdict
}

/** `users[*].name`, `users.0.name`, `["odd.name"]`. */
function stepsOf(path: string): string[] {
  return Array.from(
    path.matchAll(/\[(?:"([^"]*)"|'([^']*)'|([^\]]*))\]|([^.[\]]+)/g),
    ([, double, single, index, plain]) => double ?? single ?? index ?? plain ?? '',
  )
}

function nextNode(node: PathNode, step: string): PathNode {
  if (step === '*') return (node.any ??= newNode())
  let next = node.members.get(step)
  if (next === undefined) node.members.set(step, (next = newNode()))
  return next
}

function newNode(): PathNode {
  return { members: new Map(), any: undefined, verdict: undefined }
}
