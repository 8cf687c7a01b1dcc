import { Buffer } from 'node:buffer'
import { type Chunk, type Ending, type Interaction, targetName } from '@retake/core'
import type { Reply, VirtualServer, VirtualServerHost } from '../protocol.ts'
import { startupCall } from './call.ts'
import { frontendTypes, MessageSplitter } from './codec.ts'
import { facts } from './facts.ts'
import { cancelRequestCode, gssRequestCode, readStartup, type Startup, sslRequestCode } from './frontend-messages.ts'
import { greeting } from './greeting.ts'
import { violationMessage } from './server-errors.ts'
import { ServerLine } from './server-line.ts'
import { StatementServer } from './statement-server.ts'

/** A PostgreSQL server in memory, for one connection. */
export class PostgresServer implements VirtualServer {
  readonly #host: VirtualServerHost
  readonly #line: ServerLine
  readonly #target: string
  readonly #statements: StatementServer
  #client: MessageSplitter = new MessageSplitter(frontendTypes, false)
  /** Statements are answered only after the greeting; what a client sends before it is proof of who it is. */
  #greeted = false

  constructor(host: VirtualServerHost) {
    this.#host = host
    this.#line = new ServerLine(host)
    this.#target = targetName(host.facts.target)
    this.#statements = new StatementServer(this.#line, this.#target)
  }

  opened(): void {}

  received(bytes: Uint8Array): void {
    if (this.#line.over) return
    const problem = this.#client.push(bytes, (message) => {
      if (message.type === 0) this.#opening(message.bytes)
      else if (this.#greeted) this.#refuse(this.#statements.received(message.type, message.bytes))
    })
    this.#refuse(problem)
    this.#line.flush()
  }

  secured(): void {
    this.#client = new MessageSplitter(frontendTypes, false)
  }

  receivedEnd(): void {
    this.#line.end()
  }

  closed(): void {
    this.#client.stop()
    this.#line.abandon()
    this.#statements.abandon()
  }

  #opening(message: Buffer): void {
    const code = message.length >= 8 ? message.readUInt32BE(4) : 0
    if (code === sslRequestCode) this.#line.say(Buffer.from(this.#host.connectionFact(facts.ssl) === 'S' ? 'S' : 'N', 'latin1'))
    else if (code === gssRequestCode) this.#line.say(Buffer.from('N', 'latin1'))
    // A server only ever answers a CancelRequest by closing; what it cancels was recorded with the statement.
    else if (code === cancelRequestCode) this.#line.end()
    else {
      const startup = readStartup(message)
      if (startup === undefined) return this.#refuse(`start-up with code ${code}`)
      this.#client.typed = true
      this.#start(startup)
    }
  }

  #start(startup: Startup): void {
    const user = startup.parameters.get('user') ?? ''
    const database = startup.parameters.get('database') ?? user
    const greet = (): void => {
      this.#greeted = true
      this.#line.say(...greeting(startup, this.#host.connectionFact(facts.greeting)))
    }
    if (this.#host.connectionFact(facts.startupFailed(user, database)) !== true) return greet()
    const refusal = new StartupRefusal(this.#line, () => {
      greet()
      this.#line.flush()
    })
    const due = this.#host.connectionFact(facts.startup(user, database)) === true
    this.#host.ask(startupCall(this.#target, user, database), refusal, { optional: true, due }).ready()
  }

  #refuse(problem: string | undefined): void {
    if (problem === undefined || this.#line.over) return
    this.#line.say(violationMessage(problem))
    this.#line.end()
  }
}

/** A start-up that was refused when it was recorded; or that was not, this time. */
class StartupRefusal implements Reply {
  readonly #line: ServerLine
  readonly #accept: () => void

  constructor(line: ServerLine, accept: () => void) {
    this.#line = line
    this.#accept = accept
  }

  found(_interaction: Interaction): void {}

  chunk(chunk: Chunk): void {
    this.#line.say(chunk.bytes)
    this.#line.flush()
  }

  ending(ending: Ending): void {
    if (ending.kind === 'error') this.#line.fail(ending.error)
    else this.#line.end()
  }

  missed(): void {
    if (!this.#line.over) this.#accept()
  }
}
