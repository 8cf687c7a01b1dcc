import { RetakeError, type HttpRequest, type TakeAccount } from '@retake/core'
import type { ControlMessage } from '@retake/session'
import { appEnvironment } from '../app/app-environment.ts'
import { endText, startApp, type AppEnd, type AppProcess } from '../app/app-process.ts'
import { openControlServer, type ControlServer } from '../app/control-server.ts'
import { commandText, type Command } from '../commands/command-words.ts'
import type { Surroundings } from '../surroundings.ts'
import { printableLines } from '../terminal/printable-text.ts'
import type { Listener } from './http-exchange.ts'
import { hostOf } from './request-bytes.ts'

/** How long an app that was asked to stop may take, in ms. */
const stopGraceMs = 5000
/** How long an app that listens on one port may take to listen on the other one, too, in ms. */
const otherPortMs = 1000
/** How long what an app said last may take to arrive, in ms. */
const quietMs = 2000

/** Something that the app's Retake has to say. */
export type Notice = Extract<ControlMessage, { readonly type: 'notice' }>
type Listening = Extract<ControlMessage, { readonly type: 'listening' }>

/** How the app under replay is started. */
export interface ReplayedAppOptions {
  readonly command: Command
  readonly cassette: string
  readonly configFile: string | undefined
  /** Shows what the app prints; otherwise only the last lines are kept, for the case that it fails. */
  readonly onOutput?: (text: string) => void
  readonly onNotice?: (notice: Notice) => void
}

/** The app under replay, as the command sees it: what it reports, where it listens, and how it ends. */
export class ReplayedApp {
  readonly #command: string
  readonly #control: ControlServer
  readonly #process: AppProcess
  readonly #listening: Listening[] = []
  readonly #accounts = new Map<string, TakeAccount>()
  readonly #waiting = new Map<string, (account: TakeAccount) => void>()
  #onListening: (() => void) | undefined
  readonly #onOther: Set<(listening: Listening) => void> = new Set()
  /** Ports that no request needs to wait for any more. */
  readonly #waitedFor: Set<string> = new Set()
  #end: AppEnd | undefined

  static async start(surroundings: Surroundings, options: ReplayedAppOptions): Promise<ReplayedApp> {
    const early: ControlMessage[] = []
    let app: ReplayedApp | undefined
    const control = await openControlServer((message) => {
      if (app === undefined) early.push(message)
      else app.#hear(message, options.onNotice)
    })
    const env = appEnvironment(surroundings.env, { mode: 'replay', control: control.address, ...surroundings, ...options })
    const process = startApp({
      command: options.command,
      env,
      workingDirectory: surroundings.workingDirectory,
      output: 'captured',
      ...(options.onOutput !== undefined && { onOutput: options.onOutput }),
    })
    app = new ReplayedApp(commandText(options.command), control, process)
    for (const message of early) app.#hear(message, options.onNotice)
    return app
  }

  private constructor(command: string, control: ControlServer, process: AppProcess) {
    this.#command = command
    this.#control = control
    this.#process = process
    void process.ended.then((end) => {
      this.#end = end
    })
  }

  /** Waits for its end, but no longer than that. */
  async endedWithin(timeoutMs: number): Promise<void> {
    let impatience: NodeJS.Timeout | undefined
    const late = new Promise((resolve) => {
      impatience = setTimeout(resolve, timeoutMs)
    })
    await Promise.race([this.#process.ended, late])
    clearTimeout(impatience)
  }

  /** How it ended, once it has. */
  get end(): AppEnd | undefined {
    return this.#end
  }

  /** What the app said of a take so far. */
  knownAccount(take: string): TakeAccount | undefined {
    return this.#accounts.get(take)
  }

  /** What was called outside of all takes, known when the app is gone. */
  outsideTakes(): readonly TakeAccount[] {
    return [...this.#accounts.values()].filter((account) => account.take === 'main' || account.take.endsWith('-main'))
  }

  /**
   * Waits for the app to listen.
   * @throws RetakeError `RETAKE_APP_EXITED`, or `RETAKE_APP_NOT_LISTENING` after `timeoutMs`.
   */
  async listening(timeoutMs: number): Promise<void> {
    let impatience: NodeJS.Timeout | undefined
    const why = await Promise.race([
      new Promise<'listening'>((resolve) => {
        this.#onListening = () => resolve('listening')
        if (this.#listening.length > 0) resolve('listening')
      }),
      this.#process.ended,
      new Promise<'late'>((resolve) => {
        impatience = setTimeout(resolve, timeoutMs, 'late')
      }),
    ])
    clearTimeout(impatience)
    if (why === 'listening') return
    if (why === 'late') {
      throw new RetakeError(
        'RETAKE_APP_NOT_LISTENING',
        `\`${this.#command}\` did not listen on a port within ${timeoutMs} ms.${this.lastWords()}`,
      )
    }
    throw new RetakeError(
      'RETAKE_APP_EXITED',
      `\`${this.#command}\` ended before it listened on a port: ${endText(why)}.${this.lastWords()}`,
      {
        details: { end: why },
      },
    )
  }

  /**
   * Where to send a request: of several ports the one that was asked for by the number in its Host header. An app that listens
   * on several does not begin all at once: the one that is missing is waited for, once.
   */
  async listenerFor(request: HttpRequest): Promise<Listener | undefined> {
    const secure = request.secure === true
    const port = Number(/:(\d+)$/.exec(hostOf(request) ?? '')?.[1])
    // Behind a proxy the header has no port, or another one; and who asks for any port may get that one.
    const mayBeMeant = (each: Listening): boolean =>
      each.secure === secure && (Number.isNaN(port) || each.asked === port || each.asked === 0)
    const place = `${secure} ${port}`
    if (!this.#listening.some(mayBeMeant) && !this.#waitedFor.has(place)) {
      await this.#listensOtherwise(mayBeMeant)
      this.#waitedFor.add(place)
    }
    const candidates = this.#listening.filter((each) => each.secure === secure)
    const chosen = candidates.find((each) => each.asked === port) ?? candidates[0] ?? this.#listening[0]
    return chosen && { host: loopbackFor(chosen.host), port: chosen.port, secure: chosen.secure }
  }

  async #listensOtherwise(isMeant: (listening: Listening) => boolean): Promise<void> {
    let impatience: NodeJS.Timeout | undefined
    await Promise.race([
      new Promise<void>((resolve) => {
        this.#onOther.add((found) => isMeant(found) && resolve())
      }),
      this.#process.ended,
      new Promise((resolve) => {
        impatience = setTimeout(resolve, otherPortMs)
      }),
    ])
    clearTimeout(impatience)
  }

  /** What the app says of a take; `undefined` when it says nothing in time, or is gone. */
  async account(take: string, timeoutMs: number): Promise<TakeAccount | undefined> {
    const known = this.#accounts.get(take)
    if (known !== undefined) return known
    let impatience: NodeJS.Timeout | undefined
    const account = await Promise.race([
      new Promise<TakeAccount>((resolve) => this.#waiting.set(take, resolve)),
      this.#process.ended.then(async () => {
        await this.#control.quiet(quietMs)
        return undefined
      }),
      new Promise<undefined>((resolve) => {
        impatience = setTimeout(resolve, timeoutMs, undefined)
      }),
    ])
    clearTimeout(impatience)
    this.#waiting.delete(take)
    return account ?? this.#accounts.get(take)
  }

  /** Last lines that the app printed, indented, to follow a sentence about it; empty when it printed nothing. */
  lastWords(): string {
    const lines = this.#process.tail.lines()
    if (lines.length === 0) return ' It printed nothing.'
    return ` Its last output:\n${lines.map((line) => `    ${printableLines(line)}`).join('\n')}`
  }

  /** Waits for a script to end by itself, and for what it said last. */
  async finished(): Promise<AppEnd> {
    const end = await this.#process.ended
    await this.#control.quiet(quietMs)
    return end
  }

  /** Ends the app: SIGTERM, after five seconds SIGKILL for it and all that it started. Can be called again. */
  async stop(): Promise<void> {
    await this.#process.stop(stopGraceMs)
    await this.#control.quiet(quietMs)
    await this.#control.close()
  }

  #hear(message: ControlMessage, onNotice: ((notice: Notice) => void) | undefined): void {
    switch (message.type) {
      case 'listening':
        this.#listening.push(message)
        this.#onListening?.()
        for (const tell of this.#onOther) tell(message)
        return
      case 'account':
        this.#accounts.set(message.account.take, message.account)
        this.#waiting.get(message.account.take)?.(message.account)
        return
      case 'notice':
        onNotice?.(message)
    }
  }
}

function loopbackFor(host: string): string {
  return host === '' || host === '::' || host === '0.0.0.0' ? '127.0.0.1' : host
}
