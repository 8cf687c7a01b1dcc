import type { Surroundings } from '../surroundings.ts'
import type { ReplayedApp } from './replayed-app.ts'

/** Whether somebody asked this command to end, from before the app is started until it is gone. */
export class Interruption {
  readonly #silence: () => void
  #app: ReplayedApp | undefined
  #happened = false

  constructor(surroundings: Surroundings) {
    this.#silence = surroundings.onSignal(() => {
      this.#happened = true
      void this.#app?.stop()
    })
  }

  get happened(): boolean {
    return this.#happened
  }

  /** Stops the app when it happens, or at once when it has. */
  stops(app: ReplayedApp): void {
    this.#app = app
    if (this.#happened) void app.stop()
  }

  /** From here on signals have their usual effect. */
  over(): void {
    this.#silence()
  }
}
