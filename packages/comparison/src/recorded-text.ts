/** Whether a text is the recorded one with something in place of every placeholder. */
export function fitsPlaceholder(recorded: string, replayed: string, placeholder: string): boolean {
  const parts = recorded.split(placeholder)
  const last = parts.pop() ?? ''
  let at = 0
  for (const [index, part] of parts.entries()) {
    const found = index === 0 ? (replayed.startsWith(part) ? 0 : -1) : replayed.indexOf(part, at + 1)
    if (found === -1) return false
    at = found + part.length
  }
  return replayed.endsWith(last) && replayed.length - last.length > at
}

/** The replayed run's own origin is put back to the recorded one, where it stands as a whole; percent-encoded ones too. */
export function withOrigin(text: string, { recorded, replayed }: { readonly recorded: string; readonly replayed: string }): string {
  if (replayed === '') return text
  const encoded = encodeURIComponent(replayed)
  const plain = withOther(text, replayed, recorded)
  return encoded === replayed ? plain : withOther(plain, encoded, encodeURIComponent(recorded))
}

function withOther(text: string, from: string, to: string): string {
  if (!text.includes(from)) return text
  let changed = ''
  let done = 0
  for (let at = text.indexOf(from); at !== -1; at = text.indexOf(from, at + 1)) {
    const after = text[at + from.length]
    if (at < done || (after !== undefined && /[\w.:-]/.test(after))) continue
    changed += text.slice(done, at) + to
    done = at + from.length
  }
  return changed + text.slice(done)
}

/** A frame of a stack in Node's own sources, and its line and column there. */
const nodeFrame = /\b(node:[a-z]\w*(?:\/[\w-]+){0,8}):\d{1,6}:\d{1,6}\b/g

/**
 * Lines and columns in Node's own sources are those of the release that runs (`node:internal/process/task_queues:95:5`), and nothing that
 * the app does changes them: frames get the recorded ones, as long as they are frames of the same files in the same order.
 */
export function withNodePositions(text: string, recorded: string): string {
  if (!text.includes('node:')) return text
  const before = [...recorded.matchAll(nodeFrame)]
  let index = 0
  return text.replace(nodeFrame, (frame, file: string) => {
    const same = before[index++]
    return same?.[1] === file ? same[0] : frame
  })
}
