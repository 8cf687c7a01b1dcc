const keptCharacters = 16_384
const keptLines = 40

/** The last lines that an app printed, for messages about its end. Memory is bounded, however much it prints. */
export class OutputTail {
  #text = ''

  add(text: string): void {
    this.#text = (this.#text + text).slice(-keptCharacters)
  }

  /** Up to 40 lines, without the blank ones around them. */
  lines(): readonly string[] {
    const text = this.#text.trim()
    return text === '' ? [] : text.split(/\r?\n/).slice(-keptLines)
  }
}
