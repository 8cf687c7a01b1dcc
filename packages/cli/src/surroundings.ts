/** Where text goes. `write` never throws, and no back pressure is needed: reports are small. */
export interface OutputStream {
  write(text: string): unknown
  readonly isTTY?: boolean
  /** Width of the terminal in characters, where there is one. */
  readonly columns?: number
}

/** Signals that end a command early. */
export type EndingSignal = 'SIGINT' | 'SIGTERM' | 'SIGHUP'

/** Everything outside that a command touches. Commands get it as an argument: nothing below reads `process` by itself. */
export interface Surroundings {
  readonly stdout: OutputStream
  readonly stderr: OutputStream
  readonly env: Readonly<Record<string, string | undefined>>
  readonly workingDirectory: string
  /** What the app is started with: the built `register` entry, as a file URL. */
  readonly preload: URL
  /**
   * Calls the listener for each signal that asks this process to end, instead of ending it.
   * @returns Takes the listener off again.
   */
  onSignal(listener: (signal: EndingSignal) => void): () => void
  /**
   * Lets a person choose among lines, all of which are chosen at first; there is none where nobody can be asked.
   * @returns Indexes of the chosen ones.
   */
  readonly choose?: (question: string, lines: readonly string[]) => Promise<readonly number[]>
}
