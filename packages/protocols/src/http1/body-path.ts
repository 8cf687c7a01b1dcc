/** One step into a body: a member, an item, or `*` for every one of them. */
export type BodyStep = string | number | typeof everyMember

export const everyMember: unique symbol = Symbol('every member')

const stepAt = /(?:^|\.)([\w$-]+|\*)|\[(\d+|\*|"(?:[^"\\]|\\.)*")\]/gy

/**
 * Reads a path as misses and differences show it: `customer.sentAt`, `items[0].nonce`, `items[*].nonce`, `*.id`, `["a.b"].c`.
 * @returns `undefined` when it is none; a whole body cannot be named.
 */
export function parseBodyPath(text: string): readonly BodyStep[] | undefined {
  const steps: BodyStep[] = []
  stepAt.lastIndex = 0
  while (stepAt.lastIndex < text.length) {
    const found = stepAt.exec(text)
    if (found === null) return undefined
    const [, member, index] = found
    const step = member ?? (index as string)
    if (step === '*') steps.push(everyMember)
    else if (member !== undefined) steps.push(member)
    else if (step.startsWith('"')) steps.push(unquoted(step))
    else steps.push(Number(step))
  }
  return steps.every((step) => step === everyMember) ? undefined : steps
}

function unquoted(step: string): string {
  try {
    return JSON.parse(step) as string
  } catch {
    return step.slice(1, -1)
  }
}
