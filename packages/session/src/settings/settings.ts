import type { CompareRules } from '@retake/comparison'
import type { KindOnRequest } from '@retake/core'
import type { TakeRules } from './take-rules.ts'
import type { DrawPolicy, SourcePolicies } from '../secrets/draw-policy.ts'
import type { InteractionHook } from '../hooks/interaction-hook.ts'
import type { ProtobufConfig } from '../protobuf/schema.ts'
import type { RedactConfig, RedactSettings } from './redact-settings.ts'

/** What a person can configure; every key is optional, here and in `retake.config.{ts,mjs,json}`. */
export interface RetakeConfig extends TakeRules {
  /** File or directory that holds the takes. @default './cassettes' */
  readonly cassette?: string
  /** Share of inbound requests that become takes, 0 to 1. @default 1 */
  readonly sample?: number
  /** @default 'warn' */
  readonly log?: LogLevel
  /** Every deviation is an error: borrowed, repeated and changed answers count as misses. @default false */
  readonly strict?: boolean
  /**
   * Targets that are left alone in every mode: `host`, `host:port`, `*:port`, `unix:/path`; `*` stands for any characters.
   * @default []
   */
  readonly passthrough?: readonly string[]
  /** Rules for some takes only, by method and route: `'GET /orders/:id'`, `'* /health'`; they are added to those above. */
  readonly takes?: { readonly [pattern: string]: TakeRules }
  /** Where the app itself was reached in both runs, when its answers carry absolute links. */
  readonly origins?: NonNullable<CompareRules['origins']>
  /** What answers a read whose recorded answers are used up. @default 'last' */
  readonly repeats?: 'error' | 'last'
  /**
   * Parts of HTTP calls that say nothing about the answer, beyond what is known for that (tracing, user agents, dates of
   * sending …): calls that differ only there are the same.
   */
  readonly match?: {
    /** Names of headers, in any case; `*` stands for any characters. */
    readonly headers?: { readonly ignore?: readonly string[] }
    /** Names of query parameters; `*` stands for any characters. */
    readonly query?: { readonly ignore?: readonly string[] }
    /** Paths in JSON bodies (`meta.sentAt`, `items[*].nonce`), names of form fields. */
    readonly body?: { readonly ignore?: readonly string[] }
  }
  /** Whether jobs in the background that were recorded (pollers, cron jobs) run at replay. @default false */
  readonly background?: boolean
  /** Gaps between the chunks of an answer at replay: none, as recorded, or that many times as long. @default 'none' */
  readonly timing?: 'none' | 'recorded' | number
  /** Whose spans: the app's ids, our own spans, or none. @default 'app' */
  readonly telemetry?: 'app' | 'own' | 'off'
  /** Memory for events on their way to the recording worker, in MiB. @default 64 */
  readonly memoryMiB?: number
  /** How long a command waits for the app to listen, in ms. @default 30000 */
  readonly startTimeoutMs?: number
  /**
   * What is kept of drawn values (session ids, tokens, salts): one policy for all, or one for each source.
   * @default `sealed` with `RETAKE_KEY`; without it `surrogate` where `NODE_ENV` is `production`, `value` elsewhere
   */
  readonly draws?: DrawPolicy | DrawConfig
  /** Secrets beyond the default rules, and exceptions from them. */
  readonly redact?: RedactConfig
  /** How bodies in protobuf are read, so that they can be compared and redacted by their fields. Needs protobufjs. */
  readonly protobuf?: ProtobufConfig
  /**
   * Sees each interaction after redaction and before it is written; may change it, or leave it out. One that fails drops the take.
   * Runs in the recording worker, which loads the configuration file for it.
   */
  readonly beforeSave?: InteractionHook
  /** Sees each interaction before calls are compared with it; may change it, or leave it out. */
  readonly beforeReplay?: InteractionHook
}

/**
 * What becomes of draws, by source: see {@link DrawPolicy}. `random` is `Math.random`, `bytes` what fills bytes, `int`
 * `randomInt`, `uuid` `randomUUID` and `randomUUIDv7`, `id` ids of libraries, `result` signatures and the like.
 *
 * Off unless asked for: `key`, generated private and secret keys, which would be in the cassette; `pid`, `hostname` and
 * `mkdtemp` (names of temporary folders), by which others know this process, too.
 */
export type DrawConfig = SourcePolicies & {
  readonly [kind in KindOnRequest]?: kind extends 'key' ? 'value' | 'sealed' | 'off' : 'value' | 'off'
}

/** `auto` is for tests: each one replays its cassette where there is one, and records it where there is none. */
export type Mode = 'record' | 'replay' | 'off' | 'auto'
export type LogLevel = 'silent' | 'error' | 'warn' | 'info' | 'debug'

/** The configuration with every default filled in. */
export interface Settings extends Required<
  Omit<RetakeConfig, 'redact' | 'match' | 'draws' | 'origins' | 'protobuf' | 'beforeSave' | 'beforeReplay'>
> {
  readonly protobuf: ProtobufConfig | undefined
  readonly beforeSave: RetakeConfig['beforeSave']
  /** The configuration file that `beforeSave` comes from; `undefined` where it was given in a call. */
  readonly beforeSaveFile: string | undefined
  readonly beforeReplay: RetakeConfig['beforeReplay']
  readonly origins: RetakeConfig['origins'] | undefined
  /** From `RETAKE_MODE` or the caller; a file does not decide it. */
  readonly mode: Mode
  readonly redact: RedactSettings
  readonly draws: DrawConfig &
    Required<Pick<DrawConfig, KindOnRequest>> & {
      /** For sources that are not named. */
      readonly all?: DrawPolicy
    }
  readonly match: { readonly [part in 'headers' | 'query' | 'body']: { readonly ignore: readonly string[] } }
  /** `RETAKE_KEY`: seals secrets, and opens them again. Never from a file. */
  readonly key: string | undefined
  /** `RETAKE_KEY_PREVIOUS`: keys that sealed older cassettes; they open, and never seal. */
  readonly previousKeys: readonly string[]
  /** File that was read, for messages. */
  readonly configFile: string | undefined
}

export const defaults: Settings = {
  mode: 'off',
  cassette: './cassettes',
  sample: 1,
  log: 'warn',
  strict: false,
  passthrough: [],
  calls: 'writes',
  deviations: 'warn',
  noise: [],
  ignore: [],
  unordered: [],
  patterns: {},
  additionalFields: 'report',
  floatTolerance: 0,
  takes: {},
  origins: undefined,
  repeats: 'last',
  background: false,
  timing: 'none',
  telemetry: 'app',
  memoryMiB: 64,
  startTimeoutMs: 30_000,
  redact: { headers: [], fields: [], rules: [], allow: [], pii: false, without: [] },
  draws: { key: 'off', pid: 'off', hostname: 'off', mkdtemp: 'off' },
  match: { headers: { ignore: [] }, query: { ignore: [] }, body: { ignore: [] } },
  protobuf: undefined,
  beforeSave: undefined,
  beforeSaveFile: undefined,
  beforeReplay: undefined,
  key: undefined,
  previousKeys: [],
  configFile: undefined,
}
