import type { Socket } from 'node:net'
import type { ControlMessage } from './control-message.ts'

/**
 * The line to the command that started this process. Connected with natives before anything is patched; it never keeps
 * the process alive, and a command that has gone away is no error of the app's.
 */
export class ControlChannel {
  readonly #socket: Socket | undefined

  /** @param place `RETAKE_CONTROL`: path of a Unix socket or named pipe; `undefined` when nobody listens. */
  constructor(place: string | undefined) {
    if (place === undefined || place === '') return
    const net = process.getBuiltinModule('node:net')
    this.#socket = net.connect({ path: place })
    this.#socket.unref()
    this.#socket.on('error', () => undefined)
  }

  get open(): boolean {
    return this.#socket !== undefined && !this.#socket.destroyed
  }

  send(message: ControlMessage): void {
    if (this.open) this.#socket?.write(`${JSON.stringify(message)}\n`)
  }
}
