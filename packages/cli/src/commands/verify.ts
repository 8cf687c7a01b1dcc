import type { Cassette } from '@retake/cassette'
import { RetakeError } from '@retake/core'
import { escaped } from '@retake/matching'
import { counted } from '@retake/report'
import { type FoundSecrets, secretsIn, type Settings } from '@retake/session'
import { exitCodes, type ExitCode } from '../exit-code.ts'
import type { Surroundings } from '../surroundings.ts'
import { printableLines } from '../terminal/printable-text.ts'
import { screenOf } from '../terminal/screen.ts'
import { openedCassette } from './opened-cassette.ts'

export interface VerifyOptions {
  readonly cassette: string
  /** Also look for what looks like a secret. */
  readonly secrets: boolean
  readonly redact: Settings['redact']
  readonly json: boolean
}

/** A take that cannot be read, or a file that has lost its end. */
interface Damage {
  readonly take?: string
  readonly file?: string
  readonly message: string
}

/**
 * Reads everything in a cassette, and says what of it is damaged, or looks like a secret. A secret itself is never printed.
 * @throws RetakeError `RETAKE_CASSETTE_*`.
 */
export function verify(options: VerifyOptions, surroundings: Surroundings): ExitCode {
  const { stdout } = surroundings
  const cassette = openedCassette(options.cassette, surroundings)
  const damaged = [...cutShort(cassette), ...damageIn(cassette)]
  const findings = options.secrets ? [...secretsIn(cassette, options.redact)] : []
  const { sessions, takeCount, warnings } = cassette
  if (options.json) {
    const secrets = options.secrets ? { secrets: findings } : {}
    stdout.write(
      `${JSON.stringify({ files: sessions.map(({ file }) => file), takes: takeCount, warnings, damaged, ...secrets }, undefined, 2)}\n`,
    )
  } else {
    const { palette } = screenOf(stdout, surroundings.env)
    for (const { take, file, message } of damaged)
      stdout.write(`${palette.red('damaged')}  ${escaped(take ?? file ?? '')}: ${printableLines(message)}\n`)
    for (const finding of findings) stdout.write(`${palette.red('secret')}  ${findingText(finding)}\n`)
    const whole = `${counted(takeCount, 'take')} in ${counted(sessions.length, 'file')}`
    const health = damaged.length === 0 ? 'whole' : `${damaged.length} damaged`
    const secrets = !options.secrets
      ? ''
      : `, ${findings.length === 0 ? 'nothing looks like a secret' : counted(total(findings), 'secret')}`
    stdout.write(`${whole}: ${health}${secrets}\n`)
    if (findings.length > 0)
      stdout.write(palette.dim('`retake scrub --write` replaces them; `redact.allow` of the configuration names what is no secret.\n'))
  }
  if (damaged.length > 0) return exitCodes.cassette
  return findings.length > 0 ? exitCodes.failed : exitCodes.passed
}

function cutShort({ sessions }: Cassette): Damage[] {
  return sessions
    .filter(({ isCutShort }) => isCutShort)
    .map(({ file }) => ({ file, message: 'breaks off: it was cut short after it was written' }))
}

function damageIn(cassette: Cassette): Damage[] {
  const damaged: Damage[] = []
  for (const { id } of cassette.takes) {
    try {
      cassette.take(id)
    } catch (error) {
      if (!(error instanceof RetakeError)) throw error
      damaged.push({ take: id, message: error.message })
    }
  }
  for (const { header } of cassette.sessions) cassette.sessionFacts(header.id)
  return damaged
}

function findingText({ session, take, place, detector, count }: FoundSecrets): string {
  return `${escaped(take ?? `session ${session}`)}  ${escaped(place)}: ${escaped(detector)}${count === 1 ? '' : ` (${count})`}`
}

function total(findings: readonly FoundSecrets[]): number {
  return findings.reduce((sum, { count }) => sum + count, 0)
}
