import { appendFileSync, writeSync } from 'node:fs'
import { primordials, RetakeError } from '@retake/core'
import type { ControlChannel } from './control-channel.ts'
import { droppedText } from './dropped-text.ts'
import type { SessionStats } from './control-message.ts'
import type { Session } from './session.ts'
import type { LogLevel, Settings } from './settings/settings.ts'

const levels: readonly LogLevel[] = ['silent', 'error', 'warn', 'info', 'debug']

/** Tells people and the controlling command what the session does and did. */
export class Announcer {
  readonly #session: Session
  readonly #settings: Settings
  readonly #control: ControlChannel
  readonly #statsFile: string | undefined
  readonly #started = primordials.performanceNow()
  #over = false

  constructor(session: Session, settings: Settings, control: ControlChannel, statsFile: string | undefined) {
    this.#session = session
    this.#settings = settings
    this.#control = control
    this.#statsFile = statsFile
  }

  hello(): void {
    this.#control.send({ type: 'hello', pid: process.pid, mode: this.#session.mode, node: process.version })
  }

  listening(address: { readonly port?: number; readonly host?: string; readonly asked?: number; readonly secure?: boolean }): void {
    if (address.port === undefined) return
    this.#control.send({
      type: 'listening',
      pid: process.pid,
      port: address.port,
      asked: address.asked ?? address.port,
      host: address.host ?? '',
      secure: address.secure ?? false,
    })
  }

  notice(level: 'info' | 'warn' | 'error', text: string, code?: string): void {
    this.#control.send({ type: 'notice', level, text, ...(code === undefined ? {} : { code }) })
    // Where a command listens, it is the one that tells.
    if (!this.#control.open) this.#write(level, code === undefined || text.includes(code) ? text : `${text} (${code})`)
  }

  /** Once. */
  end(exitCode?: number): void {
    if (this.#over) return
    this.#over = true
    this.#session.end(exitCode)
    const stats = this.#stats()
    this.#control.send({ type: 'stats', stats })
    const file = this.#statsFile
    if (file !== undefined && file !== '') this.#append(file, stats)
    this.#write('info', summary(stats))
  }

  #stats(): SessionStats {
    return {
      pid: process.pid,
      mode: this.#session.mode,
      cassette: this.#settings.cassette,
      ...this.#session.stats(),
      durationMs: Math.round(primordials.performanceNow() - this.#started),
    }
  }

  #append(file: string, stats: SessionStats): void {
    try {
      appendFileSync(file, `${JSON.stringify(stats)}\n`)
    } catch (cause) {
      const error = new RetakeError(
        'RETAKE_CASSETTE_UNWRITABLE',
        `RETAKE_STATS names ${file}, which cannot be written: ${(cause as Error).message}`,
        { cause },
      )
      this.#write('error', error.message)
    }
  }

  #write(level: 'error' | 'warn' | 'info', text: string): void {
    if (levels.indexOf(level) > levels.indexOf(this.#settings.log)) return
    // Synchronously, and not through process.stderr: the app may have replaced it, and the process may be ending.
    try {
      writeSync(2, `retake: ${text}\n`)
    } catch {
      // A closed or full stderr must not harm the app; the control channel has the same message.
    }
  }
}

function summary(stats: SessionStats): string {
  const calls = Object.entries(stats.interactions).map(([protocol, count]) => `${count} ${protocol}`)
  const heard = `${stats.takes} takes, ${calls.length === 0 ? 'no calls' : calls.join(', ')}, ${stats.draws} draws`
  const dropped = droppedText([stats])
  if (stats.mode === 'record') return `recorded ${heard}${dropped === '' ? '' : `, ${dropped}`} into ${stats.cassette}`
  const { served, missed, borrowed, repeated, unused, blocked, exhausted, diverged } = stats
  return `replayed ${heard}: ${served} served, ${missed} missed, ${borrowed} borrowed, ${repeated} repeated, ${unused} unused, ${blocked} blocked; ${exhausted} draws exhausted, ${diverged} diverged`
}
