import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { RetakeError } from '@retake/core'
import stripJsonComments from 'strip-json-comments'
import { type DrawPolicy, drawSources } from '../secrets/draw-policy.ts'
import { configModule } from './config-module.ts'
import { defaults, type LogLevel, type Mode, type RetakeConfig, type Settings } from './settings.ts'

/** File names that are looked for in the working directory, in this order. */
const configNames = ['retake.config.ts', 'retake.config.mjs', 'retake.config.js', 'retake.config.json']

/** Validates a configuration; injected, so that the schema library is loaded only where there is something to check. */
export type Validate = (value: unknown, source: string) => RetakeConfig

/**
 * Puts the settings together: call over environment over file over defaults.
 * @param call What the caller of the API asked for.
 * @param base Defaults of the caller's own.
 * @throws RetakeError `RETAKE_CONFIG_INVALID` or `RETAKE_MODE_INVALID`.
 */
export function loadSettings(
  environment: { readonly [name: string]: string | undefined },
  directory: string,
  validate: () => Validate,
  call: RetakeConfig & { readonly mode?: Mode } = {},
  base: Settings = defaults,
): Settings {
  const file = configFile(environment, directory)
  const fromFile = file === undefined ? {} : validate()(readConfig(file), relative(directory, file) || file)
  const { mode, ...called } = call
  const config = fromEnvironment(environment)
  const fromCall = Object.keys(called).length === 0 ? {} : validate()(called, 'configure()')
  const configured = { ...drawsOf(fromFile), ...drawsOf(config), ...drawsOf(fromCall) }
  const merged = {
    ...base,
    ...fromFile,
    ...config,
    ...fromCall,
    mode: mode ?? parseMode(environment['RETAKE_MODE']) ?? defaults.mode,
  }
  const protobuf = merged.protobuf && {
    ...merged.protobuf,
    // The worker may have another directory, and a process its own.
    files: merged.protobuf.files.map((name) => resolve(file === undefined ? directory : dirname(resolve(directory, file)), name)),
  }
  return {
    ...merged,
    // Who wants every deviation to be an error wants that of the report, too.
    deviations: fromCall.deviations ?? fromFile.deviations ?? (merged.strict ? 'strict' : merged.deviations),
    protobuf,
    redact: { ...defaults.redact, ...fromFile.redact, ...fromCall.redact, ...(protobuf && { protobuf }) },
    draws: { ...base.draws, ...keysBeside(configured, environment['RETAKE_KEY']), ...configured },
    match: matchSettings({ ...fromFile.match, ...fromCall.match }),
    beforeSaveFile: fromFile.beforeSave !== undefined && fromCall.beforeSave === undefined ? file : undefined,
    key: environment['RETAKE_KEY'] || undefined,
    previousKeys: (environment['RETAKE_KEY_PREVIOUS'] ?? '').split('\n').filter((key) => key !== ''),
    configFile: file,
  }
}

function matchSettings({ headers, query, body }: NonNullable<RetakeConfig['match']>): Settings['match'] {
  return { headers: { ignore: [], ...headers }, query: { ignore: [], ...query }, body: { ignore: [], ...body } }
}

/** Generated keys are sealed with everything else, where everything is; nobody has to ask for that. */
function keysBeside({ all = 'sealed' }: { readonly all?: DrawPolicy }, passphrase: string | undefined): { readonly key?: 'sealed' } {
  return all === 'sealed' && passphrase !== undefined && passphrase !== '' ? { key: 'sealed' } : {}
}

/** One policy for all stands for each source that a nearer word does not name. */
function drawsOf({ draws }: RetakeConfig): Exclude<RetakeConfig['draws'], string> & { readonly all?: DrawPolicy } {
  if (typeof draws !== 'string') return draws ?? {}
  return { ...Object.fromEntries(drawSources.map((source) => [source, undefined])), all: draws }
}

function configFile(environment: { readonly [name: string]: string | undefined }, directory: string): string | undefined {
  const named = environment['RETAKE_CONFIG']
  if (named !== undefined && named !== '') {
    const file = resolve(directory, named)
    if (!existsSync(file)) {
      throw new RetakeError('RETAKE_CONFIG_INVALID', `RETAKE_CONFIG names ${named}, and there is no such file.`, {
        remedy: 'Correct RETAKE_CONFIG, or unset it to use retake.config.* of the working directory.',
      })
    }
    return file
  }
  return configNames.map((name) => join(directory, name)).find((name) => existsSync(name))
}

function readConfig(file: string): unknown {
  try {
    // Comments are allowed, as in tsconfig.json: a rule about differences without its reason is worth little.
    if (file.endsWith('.json')) return JSON.parse(stripJsonComments(readFileSync(file, 'utf8'), { trailingCommas: true }))
    return configModule(file)
  } catch (cause) {
    const typescript = file.endsWith('.ts') && (cause as { code?: string }).code !== undefined
    throw new RetakeError('RETAKE_CONFIG_INVALID', `${file} cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`, {
      cause,
      remedy: typescript
        ? 'A TypeScript configuration needs Node 22.18 or newer, or a loader such as tsx; retake.config.mjs works everywhere.'
        : 'Correct the file; a configuration is an object, the default export of a module.',
    })
  }
}

function fromEnvironment(environment: { readonly [name: string]: string | undefined }): RetakeConfig {
  const config: { -readonly [key in keyof RetakeConfig]: RetakeConfig[key] } = {}
  const cassette = environment['RETAKE_CASSETTE']
  if (cassette !== undefined && cassette !== '') config.cassette = cassette
  const sample = environment['RETAKE_SAMPLE']
  if (sample !== undefined && sample !== '') config.sample = parseSample(sample)
  const log = environment['RETAKE_LOG']
  if (log !== undefined && log !== '') config.log = parseLevel(log)
  const strict = environment['RETAKE_STRICT']
  if (strict !== undefined && strict !== '') config.strict = strict !== '0' && strict !== 'false'
  const background = environment['RETAKE_BACKGROUND']
  if (background !== undefined && background !== '') config.background = background !== '0' && background !== 'false'
  const telemetry = environment['RETAKE_TELEMETRY']
  if (telemetry !== undefined && telemetry !== '') config.telemetry = parseTelemetry(telemetry)
  const draws = environment['RETAKE_DRAWS']
  if (draws !== undefined && draws !== '') config.draws = parseDraws(draws)
  return config
}

/** @throws RetakeError `RETAKE_MODE_INVALID`. */
export function parseMode(text: string | undefined): Mode | undefined {
  if (text === undefined || text === '') return undefined
  if (text === 'record' || text === 'replay' || text === 'off') return text
  throw new RetakeError('RETAKE_MODE_INVALID', `RETAKE_MODE is ${JSON.stringify(text)}; it must be record, replay or off.`)
}

function parseSample(text: string): number {
  const share = Number(text)
  if (share >= 0 && share <= 1) return share
  throw new RetakeError('RETAKE_CONFIG_INVALID', `RETAKE_SAMPLE is ${JSON.stringify(text)}; it must be a number from 0 to 1.`)
}

function parseTelemetry(text: string): Settings['telemetry'] {
  if (text === 'app' || text === 'own' || text === 'off') return text
  throw new RetakeError('RETAKE_CONFIG_INVALID', `RETAKE_TELEMETRY is ${JSON.stringify(text)}; it must be app, own or off.`)
}

function parseDraws(text: string): DrawPolicy {
  if (text === 'value' || text === 'sealed' || text === 'surrogate' || text === 'off') return text
  throw new RetakeError('RETAKE_CONFIG_INVALID', `RETAKE_DRAWS is ${JSON.stringify(text)}; it must be value, sealed, surrogate or off.`)
}

function parseLevel(text: string): LogLevel {
  if (text === 'silent' || text === 'error' || text === 'warn' || text === 'info' || text === 'debug') return text
  throw new RetakeError('RETAKE_CONFIG_INVALID', `RETAKE_LOG is ${JSON.stringify(text)}; it must be silent, error, warn, info or debug.`)
}
