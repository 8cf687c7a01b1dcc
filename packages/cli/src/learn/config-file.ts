import fs from 'node:fs'
import path from 'node:path'
import { RetakeError } from '@retake/core'
import { emptyConfig, withRule } from './edit-config.ts'
import type { ProposedRule } from './propose-rules.ts'

/** What was written. */
export interface WrittenConfig {
  /** Relative to the working directory. */
  readonly file: string
  readonly isNew: boolean
}

/**
 * Writes rules into the configuration, or into a new one where there is none; all of them or none.
 * @param comment Says why and when, for each rule.
 * @throws RetakeError `RETAKE_CONFIG_INVALID` when the file is written in a way in which the place of a rule cannot be told, or
 *   cannot be written.
 */
export function writeRules(
  configFile: string | undefined,
  workingDirectory: string,
  rules: readonly ProposedRule[],
  comment: (rule: ProposedRule) => string,
): WrittenConfig {
  const file = configFile ?? path.join(workingDirectory, 'retake.config.mjs')
  const shown = path.relative(workingDirectory, file) || file
  let text = configFile === undefined ? emptyConfig : fs.readFileSync(file, 'utf8')
  for (const rule of rules) {
    const next = withRule(text, file, rule, comment(rule))
    if (next === undefined) throw notEditable(shown, rules)
    text = next
  }
  const fresh = `${file}.retake-new`
  try {
    fs.writeFileSync(fresh, text)
    fs.renameSync(fresh, file)
  } catch (cause) {
    fs.rmSync(fresh, { force: true })
    throw new RetakeError(
      'RETAKE_CONFIG_INVALID',
      `${shown} cannot be written: ${cause instanceof Error ? cause.message : String(cause)}.`,
      { cause },
    )
  }
  return { file: shown, isNew: configFile === undefined }
}

function notEditable(file: string, rules: readonly ProposedRule[]): RetakeError {
  const takes: { [take: string]: { [kind: string]: unknown } } = {}
  for (const { take, kind, path: where, pattern } of rules) {
    const own = (takes[take] ??= {})
    if (kind === 'patterns') own[kind] = { ...(own[kind] as object | undefined), [where]: pattern }
    else own[kind] = [...((own[kind] as readonly string[] | undefined) ?? []), where]
  }
  return new RetakeError(
    'RETAKE_CONFIG_INVALID',
    `${file} makes its configuration in a way that cannot be edited for you; nothing was written.`,
    {
      details: { file, takes },
      remedy: `Add this to it by hand:\n${JSON.stringify({ takes }, undefined, 2)}`,
    },
  )
}
