/** Texts that one generation remembers; there are two. */
const generation = 2000
const longest = 512

/**
 * Texts in which nothing was found. An app says the same again and again (statements, header values), and looking at a
 * text costs far more than looking it up.
 */
export class CleanTexts {
  #young = new Set<string>()
  #old: ReadonlySet<string> = new Set()

  has(text: string): boolean {
    if (text.length > longest) return false
    if (this.#young.has(text)) return true
    if (!this.#old.has(text)) return false
    this.add(text)
    return true
  }

  add(text: string): void {
    if (text.length > longest) return
    if (this.#young.size >= generation) {
      this.#old = this.#young
      this.#young = new Set()
    }
    this.#young.add(text)
  }
}
