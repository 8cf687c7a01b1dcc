import type { RuleNode } from './path-rules.ts'

/** A place in a message, linked to the place around it; turned into text only when something differs there. */
export interface Path {
  readonly parent: Path | undefined
  /** Member name or index; at the root `body`, `headers`, … */
  readonly step: string | number
  /** The name is noise (an id as a key), so the place is named by what is around it. */
  readonly isOpaque: boolean
  /** Where the rules stand that apply here or below. */
  readonly rules: readonly RuleNode[]
}

/** Longest path shown; the middle of longer ones is left out. */
const longestPath = 400

/** `body.items[2].price`; names that are no plain words are quoted: `body["a.b"]`. */
export function pathText(path: Path): string {
  const steps = stepsOf(path)
  const end = steps.findIndex((step) => step.isOpaque)
  const text = (end === -1 ? steps : steps.slice(0, end)).map(stepText).join('')
  return text.length <= longestPath ? text : `${text.slice(0, longestPath / 2)}…${text.slice(-longestPath / 2)}`
}

/** What comes after the opaque step, for the reason: `["b7c1…"].qty`; empty when there is none. */
export function opaqueText(path: Path): string {
  const steps = stepsOf(path)
  const start = steps.findIndex((step) => step.isOpaque)
  return start === -1 ? '' : steps.slice(start).map(stepText).join('').slice(0, longestPath)
}

/** The last name on the way: of `body.hashes[2]` it is `hashes`. */
export function nameOf(path: Path): string {
  for (let at: Path | undefined = path; at !== undefined; at = at.parent) if (typeof at.step === 'string') return at.step
  return ''
}

/** What the path begins with: `body`, `headers`, … */
export function rootOf(path: Path): string {
  let at = path
  while (at.parent !== undefined) at = at.parent
  return String(at.step)
}

function stepsOf(path: Path): Path[] {
  const steps: Path[] = []
  for (let at: Path | undefined = path; at !== undefined; at = at.parent) steps.push(at)
  return steps.reverse()
}

function stepText({ step, parent }: Path): string {
  if (typeof step === 'number') return `[${step}]`
  if (parent === undefined) return step
  return /^[\w$-]+$/.test(step) ? `.${step}` : `[${JSON.stringify(step)}]`
}
