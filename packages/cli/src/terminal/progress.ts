import type { OutputStream } from '../surroundings.ts'
import type { Screen } from './screen.ts'

const clearLine = '\r\u001B[2K'

/** One line at the bottom that says how far the work is; nothing where nobody watches. */
export class Progress {
  readonly #stream: OutputStream
  readonly #screen: Screen
  #line = ''

  constructor(stream: OutputStream, screen: Screen) {
    this.#stream = stream
    this.#screen = screen
  }

  /** Draws `done` of `total` as a bar, with a word about what is going on. */
  show(done: number, total: number, doing: string): void {
    if (!this.#screen.live) return
    const width = 24
    const filled = total === 0 ? width : Math.round((done / total) * width)
    const bar = '█'.repeat(filled) + '░'.repeat(width - filled)
    const counted = `  ${bar} ${done}/${total} `
    this.#line = counted + doing.slice(0, Math.max(0, this.#screen.width - counted.length - 1))
    this.#stream.write(clearLine + this.#screen.palette.dim(this.#line))
  }

  /** Prints text that ends its last line, above the bar. */
  print(text: string): void {
    this.#stream.write(this.#line === '' ? text : `${clearLine}${text}${this.#screen.palette.dim(this.#line)}`)
  }

  clear(): void {
    if (this.#line === '') return
    this.#line = ''
    this.#stream.write(clearLine)
  }
}
