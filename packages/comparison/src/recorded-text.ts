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

/** The replayed run's own origin is put back to the recorded one, where it stands as a whole. */
export function withOrigin(text: string, origins: { readonly recorded: string; readonly replayed: string }): string {
  if (origins.replayed === '' || !text.includes(origins.replayed)) return text
  let changed = ''
  let from = 0
  for (let at = text.indexOf(origins.replayed); at !== -1; at = text.indexOf(origins.replayed, at + 1)) {
    const after = text[at + origins.replayed.length]
    if (at < from || (after !== undefined && /[\w.:-]/.test(after))) continue
    changed += text.slice(from, at) + origins.recorded
    from = at + origins.replayed.length
  }
  return changed + text.slice(from)
}
