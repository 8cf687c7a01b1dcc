import { RetakeError } from '@retake/core'
import type { Path } from './path.ts'

/** What a user's rule says about exactly its path. */
export interface Rule {
  readonly kind: 'noise' | 'ignore' | 'unordered' | 'pattern'
  readonly pattern?: RegExp
}

/** One step of the configured paths. */
export interface RuleNode {
  readonly rules: Rule[]
  readonly members: Map<string, RuleNode>
  readonly items: Map<number, RuleNode>
  anyMember: RuleNode | undefined
  anyItem: RuleNode | undefined
}

const none: readonly RuleNode[] = []

/** Rules by path, found step by step while a message is walked: the cost does not depend on how many rules there are. */
export class PathRules {
  readonly #root: RuleNode = emptyNode()

  /**
   * @param path `body.posts[*].views`, `body["a.b"]`, `headers.x-build`. `[*]` is any index, `*` any member.
   * @throws RetakeError RETAKE_CONFIG_INVALID when the path cannot be read.
   */
  add(path: string, rule: Rule): void {
    const steps = parseRulePath(path)
    let node = this.#root
    for (const step of steps) node = below(node, steps[0] === 'headers' && typeof step === 'string' ? step.toLowerCase() : step)
    node.rules.push(rule)
  }

  /** The place at which a message or a part of it begins. */
  start(root: string): Path {
    const node = this.#root.members.get(root)
    return { parent: undefined, step: root, isOpaque: false, rules: node === undefined ? none : [node] }
  }
}

/** The place one step further in. */
export function inside(parent: Path, step: string | number, isOpaque = false): Path {
  if (parent.rules.length === 0) return { parent, step, isOpaque, rules: none }
  const rules: RuleNode[] = []
  for (const node of parent.rules) {
    const exact = typeof step === 'number' ? node.items.get(step) : node.members.get(step)
    const any = typeof step === 'number' ? node.anyItem : node.anyMember
    if (exact !== undefined) rules.push(exact)
    if (any !== undefined) rules.push(any)
  }
  return { parent, step, isOpaque, rules }
}

/** The rule of this kind that was given for exactly this place. */
export function ruleAt(path: Path, kind: Rule['kind']): Rule | undefined {
  for (const node of path.rules) for (const rule of node.rules) if (rule.kind === kind) return rule
  return undefined
}

/** Whether any rule applies somewhere below this place. */
export function hasRulesBelow(path: Path): boolean {
  return path.rules.some(
    (node) => node.members.size > 0 || node.items.size > 0 || node.anyMember !== undefined || node.anyItem !== undefined,
  )
}

/** One step of a configured path: a member, an index, any index, any member. */
export type RuleStep = string | number | typeof anyItem | typeof anyMember
const anyItem: unique symbol = Symbol('[*]')
const anyMember: unique symbol = Symbol('*')

const stepAt = /\.?([^.[\]"]+)|\[(\d+)\]|\[(\*)\]|\[("(?:[^"\\]|\\.)*")\]/y

/**
 * Reads the path of a rule. The first step is a name.
 * @throws RetakeError RETAKE_CONFIG_INVALID when it cannot be read.
 */
export function parseRulePath(path: string): RuleStep[] {
  const steps: RuleStep[] = []
  stepAt.lastIndex = 0
  while (stepAt.lastIndex < path.length) {
    const match = stepAt.exec(path)
    if (match === null) throw unreadable(path)
    const [, name, index, star, quoted] = match
    if (star !== undefined) steps.push(anyItem)
    else if (index !== undefined) steps.push(Number(index))
    else if (quoted !== undefined) steps.push(JSON.parse(quoted) as string)
    else steps.push(name === '*' ? anyMember : (name ?? ''))
  }
  if (typeof steps[0] !== 'string') throw unreadable(path)
  return steps
}

function unreadable(path: string): RetakeError {
  return new RetakeError('RETAKE_CONFIG_INVALID', `The path ${JSON.stringify(path)} of a comparison rule cannot be read.`, {
    details: { path },
    remedy: 'Write it like body.posts[*].views, body["a.b"] or headers.x-build.',
  })
}

function below(node: RuleNode, step: RuleStep): RuleNode {
  if (step === anyItem) return (node.anyItem ??= emptyNode())
  if (step === anyMember) return (node.anyMember ??= emptyNode())
  if (typeof step === 'number') return entry(node.items, step)
  return entry(node.members, step)
}

function entry<K>(nodes: Map<K, RuleNode>, step: K): RuleNode {
  let node = nodes.get(step)
  if (node === undefined) nodes.set(step, (node = emptyNode()))
  return node
}

function emptyNode(): RuleNode {
  return { rules: [], members: new Map(), items: new Map(), anyMember: undefined, anyItem: undefined }
}
